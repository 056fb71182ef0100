import { readConfig } from '../runtime/config.ts'
import { folderStore } from './folder-store.ts'
import { openService, type Service } from './open-service.ts'
import { snowflakeCaller } from './snowflake-caller/snowflake-caller.ts'
import type { TableSpec } from './table-spec.ts'
import { openWorksheet, type Worksheet } from './worksheet/worksheet.ts'

/** A worksheet whose external functions go over HTTP, as Snowflake's do, to the API and its DynamoDB. */
export interface ConnectedWorksheet {
  readonly worksheet: Worksheet
  readonly service: Service
  close(): Promise<void>
}

/** @param env the environment of the process: `DYNAMODB_ENDPOINT`, `PUSH_TABLES`, `PUSH_DEADLINE_MS` */
export const connectWorksheet = async (
  env: Readonly<Record<string, string | undefined>>,
  tables: readonly TableSpec[]
): Promise<ConnectedWorksheet> => {
  const config = readConfig(env)
  const service = await openService({ config, port: 0, dynamodbPort: 0, tables, log: () => {} })
  const caller = snowflakeCaller({ baseUrl: service.url })
  const worksheet = await openWorksheet({ call: caller.call, bucket: folderStore(service.bucket) })
  return {
    worksheet,
    service,
    async close() {
      await worksheet.close()
      await caller.close()
      await service.close(0)
    }
  }
}
