import { DeleteItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { folderStore } from '../../api/local/folder-store.ts'
import { openService } from '../../api/local/open-service.ts'
import type { ShippedScript } from '../../api/local/scripting/shipped-scripts.ts'
import { snowflakeCaller } from '../../api/local/snowflake-caller/snowflake-caller.ts'
import type { TableSpec } from '../../api/local/table-spec.ts'
import type { CallExternal } from '../../api/local/worksheet/call-external.ts'
import { rowsAsJson } from '../../api/local/worksheet/rows-as-json.ts'
import { openWorksheet } from '../../api/local/worksheet/worksheet.ts'
import { readConfig } from '../../api/runtime/config.ts'

export type ResultRow = Readonly<Record<string, unknown>>

/** The calls that drop all syncs. */
export const dropCalls = `SELECT 'CALL drop_dynamo_sync(''' || sync || ''', object_construct(''force'', true))' AS call FROM dynamo_syncs`

/** Days of the audit have just been summed up: no run does so because of those before it. */
export const daysAreSummed =
  'DELETE FROM dynamo_audit_day_counts; INSERT INTO dynamo_audit_day_counts (counted_until) SELECT current_timestamp()'

/** A worksheet on a service of its own, as `npm start` opens it; `around` may play faults in the calls. */
export const openSynced = async (
  tables: readonly TableSpec[],
  around: (call: CallExternal) => CallExternal = (call) => call,
  shipped?: readonly ShippedScript[]
) => {
  const waiting: (() => void)[] = []
  const service = await openService({
    config: readConfig({}),
    port: 0,
    dynamodbPort: 0,
    tables,
    log: ({ event }) => {
      if (event === 'run_announced') for (const go of waiting.splice(0)) go()
    }
  })
  const caller = snowflakeCaller({ baseUrl: service.url })
  const worksheet = await openWorksheet({
    call: around(caller.call),
    bucket: folderStore(service.bucket),
    threads: 1,
    ...(shipped === undefined ? {} : { shipped })
  })
  const { client } = service

  /** Rows of the last statement, as `--format json` prints them. */
  const sql = async (script: string): Promise<readonly ResultRow[]> => {
    let last = '[]'
    await worksheet.run(script, {
      onResult: (result) => {
        last = rowsAsJson(result)
      }
    })
    return JSON.parse(last) as readonly ResultRow[]
  }
  /** The OBJECT that a procedure answers. */
  const answer = async (call: string): Promise<ResultRow> => {
    const [row] = await sql(`CALL ${call}`)
    return Object.values(row ?? {})[0] as ResultRow
  }
  /** The status of a load at its end. It is asked for again when a run has ended, not all the time. */
  const loaded = async <S extends { readonly state: string }>(run: string): Promise<S> => {
    for (;;) {
      const next = new Promise<void>((resolve) => waiting.push(resolve))
      const [row] = await sql(`SELECT dynamo_load_status('${run}') AS status`)
      const status = row?.STATUS as S
      if (status.state !== 'running') return status
      await next
    }
  }
  /** The items of a table by key, in DynamoDB's own form. */
  const items = async (table: string, key: string): Promise<ReadonlyMap<string, ResultRow>> => {
    const { Items = [] } = await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }))
    return new Map(Items.map((item) => [String(Object.values(item[key] ?? {})[0]), item as ResultRow]))
  }
  /** Forgets all syncs and their runs, and empties the tables: a worksheet of its own for each test takes a second. */
  const reset = async (): Promise<void> => {
    for (const call of await sql(dropCalls)) await sql(String(call.CALL))
    await sql(`DELETE FROM dynamo_sync_log; ${daysAreSummed}`)
    for (const { name, keys } of tables) {
      const { Items = [] } = await client.send(new ScanCommand({ TableName: name }))
      for (const item of Items) {
        const key = Object.fromEntries(keys.map((attribute) => [attribute.name, item[attribute.name]]))
        await client.send(
          new DeleteItemCommand({ TableName: name, Key: key as DeleteItemCommand['input']['Key'] })
        )
      }
    }
  }
  return {
    sql,
    answer,
    loaded,
    items,
    reset,
    client,
    bucket: service.bucket,
    plant: (table: string, item: PutItemCommand['input']['Item']) =>
      client.send(new PutItemCommand({ TableName: table, Item: item })),
    remove: (table: string, key: DeleteItemCommand['input']['Key']) =>
      client.send(new DeleteItemCommand({ TableName: table, Key: key })),
    async close() {
      await worksheet.close()
      await caller.close()
      await service.close(0)
    }
  }
}

export type Synced = Awaited<ReturnType<typeof openSynced>>
