import { readConfig } from '../runtime/config.ts'
import { once } from '../runtime/once.ts'
import { lazyStore } from '../store/lazy-store.ts'
import type { Service } from './open-service.ts'
import type { SnowflakeCaller } from './snowflake-caller/snowflake-caller.ts'
import type { TableSpec } from './table-spec.ts'
import { openWorksheet, type Worksheet } from './worksheet/worksheet.ts'

/** A worksheet whose external functions go over HTTP, as Snowflake's do, to the API and its DynamoDB. */
export interface ConnectedWorksheet {
  readonly worksheet: Worksheet
  /** The API and its DynamoDB, started by whoever asks first: statements that call no function do without. */
  service(): Promise<Service>
  close(): Promise<void>
}

/**
 * @param env the environment of the process: `DYNAMODB_ENDPOINT`, `PUSH_TABLES`, `PUSH_DEADLINE_MS`
 * @throws Error naming a variable that is wrong, or a table that another DynamoDB has with other keys
 */
export const connectWorksheet = async (
  env: Readonly<Record<string, string | undefined>>,
  tables: readonly TableSpec[]
): Promise<ConnectedWorksheet> => {
  const config = readConfig(env)
  let opening: Promise<{ readonly service: Service; readonly caller: SnowflakeCaller }> | undefined
  const open = async () => {
    const [{ openService }, { snowflakeCaller }] = await Promise.all([
      import('./open-service.ts'),
      import('./snowflake-caller/snowflake-caller.ts')
    ])
    const service = await openService({ config, port: 0, dynamodbPort: 0, tables, log: () => {} })
    return { service, caller: snowflakeCaller({ baseUrl: service.url }) }
  }
  const connect = once(() => {
    opening = open()
    return opening
  })
  const bucket = lazyStore(async () => {
    const { folderStore } = await import('./folder-store.ts')
    return folderStore((await connect()).service.bucket)
  })
  // What is wrong with a DynamoDB of somebody else is said at once.
  if (config.DYNAMODB_ENDPOINT !== undefined) await connect()
  const worksheet = await openWorksheet({
    call: async (...call) => (await connect()).caller.call(...call),
    bucket,
    isPiped: true
  })
  return {
    worksheet,
    service: async () => (await connect()).service,
    async close() {
      await worksheet.close()
      const opened = await opening?.catch(() => undefined)
      await opened?.caller.close()
      await opened?.service.close(0)
    }
  }
}
