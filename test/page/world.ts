import { gzipSync } from 'node:zlib'
import { folderStore } from '../../api/local/folder-store.ts'
import { openService } from '../../api/local/open-service.ts'
import { snowflakeCaller } from '../../api/local/snowflake-caller/snowflake-caller.ts'
import { openWorksheet, type Worksheet } from '../../api/local/worksheet/worksheet.ts'
import { readConfig } from '../../api/runtime/config.ts'

/** What the pipe does on Snowflake: lines of audit/ come into load_events. */
export const pipe = `COPY INTO load_events (event, file_name, file_row, loaded_at)
  FROM (SELECT $1, metadata$filename, metadata$file_row_number, metadata$start_scan_time FROM @audit_stage)
  FILE_FORMAT = (FORMAT_NAME = 'audit_format')`

/** The local stack with a load at work, a failed chunk, rejected rows, a lost stream and a suspended task: all real. */
export interface PageWorld {
  readonly worksheet: Worksheet
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
  await load('orders-damaged', 'orders', {
    'data_0.ndjson': lines(200, 50),
    'data_1.ndjson.gz': gzipSync(lines(300, 5_000)).subarray(0, 900)
  })
  await settled(worksheet, ['orders-backfill', 'orders-damaged'])
  const chunks = Array.from({ length: 60 }, (_, n) => [`data_${n}.ndjson`, lines(n * 10, 10)] as const)
  await load('parking-2026', 'parking', Object.fromEntries(chunks), ", {'max_wcu': 5}")
  await chunksSettled(worksheet, 'parking-2026', 3)
  return {
    worksheet,
    async close() {
      await worksheet.close()
      await caller.close()
      await service.close(0)
    }
  }
}

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
    await worksheet.run(`${pipe}; ${query}`, {
      onResult: ({ rows }) => {
        count = Number(rows[0]?.[0] ?? 0)
      }
    })
    if (count >= wanted) return
    if (Date.now() > end) throw new Error(`this is ${count} and does not become ${wanted}: ${query}`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
