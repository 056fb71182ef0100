import { gunzipSync, gzipSync } from 'node:zlib'
import { folderStore } from '../../api/local/folder-store.ts'
import { openService } from '../../api/local/open-service.ts'
import { snowflakeCaller } from '../../api/local/snowflake-caller/snowflake-caller.ts'
import { openWorksheet, type Worksheet } from '../../api/local/worksheet/worksheet.ts'
import { readConfig } from '../../api/runtime/config.ts'
import { auditPipe } from '../support/audit-pipe.ts'

/** The local stack with a load at work, a failed chunk, rejected rows, a lost stream and a suspended task: all real. */
export interface PageWorld {
  readonly worksheet: Worksheet
  /** What a person does before a redrive: the chunk that was cut off is uploaded again, the rejected rows get their keys. */
  mendFiles(): Promise<void>
  close(): Promise<void>
}

const tables = ['customer_spend', 'orders', 'parking'].map((name) => ({
  name,
  keys: [{ name: 'ID', type: 'S' as const }]
}))

export const openPageWorld = async (): Promise<PageWorld> => {
  const service = await openService({
    config: readConfig({}),
    port: 0,
    dynamodbPort: 0,
    tables,
    log: () => {}
  })
  const caller = snowflakeCaller({ baseUrl: service.url })
  const bucket = folderStore(service.bucket)
  const worksheet = await openWorksheet({
    call: caller.call,
    bucket
  })
  const run = (script: string): Promise<void> => worksheet.run(script)
  const put = (key: string, bytes: Uint8Array): Promise<unknown> => bucket.write(key, bytes)

  await run(`CREATE TABLE prices (id VARCHAR, amount NUMBER(38, 0)); INSERT INTO prices VALUES ('a', 1), ('b', 2);
    CALL create_dynamo_sync('prices', 'PRICES', 'orders', ARRAY_CONSTRUCT('ID'), OBJECT_CONSTRUCT('capture', 'stream'));
    CALL run_dynamo_sync('prices')`)
  await run(`INSERT INTO prices VALUES ('c', 3);
    CREATE TABLE spend (id VARCHAR, total NUMBER(38, 2)); INSERT INTO spend SELECT 'c' || seq4(), seq4() FROM TABLE(GENERATOR(ROWCOUNT => 500));
    CALL create_dynamo_sync('spend', 'SPEND', 'customer_spend', ARRAY_CONSTRUCT('ID'), OBJECT_CONSTRUCT('schedule', '10 minutes'));
    CALL run_dynamo_sync('spend');
    ALTER TASK dynamo_sync_task_spend SUSPEND;
    DROP STREAM dynamo_sync_stream_prices;
    CALL check_dynamo_syncs()`)

  const load = async (
    name: string,
    table: string,
    files: Readonly<Record<string, Uint8Array>>,
    options = ''
  ): Promise<void> => {
    for (const [file, bytes] of Object.entries(files)) await put(`unload/${name}/${file}`, bytes)
    const manifest = JSON.stringify({
      version: 1,
      run: name,
      table,
      files: Object.entries(files).map(([file, { length }]) => ({ name: file, bytes: length }))
    })
    await run(`SELECT start_dynamo_load('${table}', PARSE_JSON('${manifest}')${options})`)
  }
  const lines = (first: number, count: number): Buffer =>
    Buffer.from(
      Array.from({ length: count }, (_, n) => `${JSON.stringify({ ID: `p${first + n}`, BAY: n })}\n`).join('')
    )
  await load('orders-backfill', 'orders', {
    'data_0.ndjson': Buffer.concat([lines(0, 200), Buffer.from('{"BAY":1}\n{"ID":7}\n')])
  })
  const whole = gzipSync(lines(300, 5_000))
  await load('orders-damaged', 'orders', {
    'data_0.ndjson': lines(200, 50),
    'data_1.ndjson.gz': whole.subarray(0, 900)
  })
  await settled(worksheet, ['orders-backfill', 'orders-damaged'])
  const chunks = Array.from({ length: 60 }, (_, n) => [`data_${n}.ndjson`, lines(n * 10, 10)] as const)
  await load('parking-2026', 'parking', Object.fromEntries(chunks), ", {'max_wcu': 5}")
  await chunksSettled(worksheet, 'parking-2026', 3)
  return {
    worksheet,
    async mendFiles() {
      await put('failed/orders-damaged/data_1.ndjson.gz', whole)
      const rejected = 'rejected/orders-backfill/data_0.ndjson.ndjson.gz'
      const found = await bucket.read(rejected, 1_000_000)
      if (found === undefined) throw new Error(`${rejected} is not there`)
      await put(rejected, withKeys(found.content))
    },
    async close() {
      await worksheet.close()
      await caller.close()
      await service.close(0)
    }
  }
}

/** The lines of a rejected file, each row with a key of its own. */
const withKeys = (file: Uint8Array): Uint8Array =>
  gzipSync(
    gunzipSync(file)
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => {
        const kept = JSON.parse(line) as { readonly number: number; readonly row: object }
        return `${JSON.stringify({ ...kept, row: { ...kept.row, ID: `mended-${kept.number}` } })}\n`
      })
      .join('')
  )

/** Waits until the loads have ended and their lines have come. */
const settled = (worksheet: Worksheet, runs: readonly string[]): Promise<void> =>
  counted(
    worksheet,
    `SELECT count(*) FROM dynamo_loads WHERE state <> 'running' AND run IN (${runs.map((run) => `'${run}'`).join()})`,
    runs.length
  )

const chunksSettled = (worksheet: Worksheet, run: string, least: number): Promise<void> =>
  counted(worksheet, `SELECT chunks_settled FROM dynamo_loads WHERE run = '${run}'`, least)

const counted = async (worksheet: Worksheet, query: string, wanted: number): Promise<void> => {
  const end = Date.now() + 60_000
  for (;;) {
    let count = 0
    await worksheet.run(`${auditPipe}; ${query}`, {
      onResult: ({ rows }) => {
        count = Number(rows[0]?.[0] ?? 0)
      }
    })
    if (count >= wanted) return
    if (Date.now() > end) throw new Error(`this is ${count} and does not become ${wanted}: ${query}`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
