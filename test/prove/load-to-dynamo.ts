import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startEmbeddedDynamodb } from '../../api/local/embedded-dynamodb.ts'
import { folderStore } from '../../api/local/folder-store.ts'
import { snowflakeCaller } from '../../api/local/snowflake-caller/snowflake-caller.ts'
import { rowsAsJson } from '../../api/local/worksheet/rows-as-json.ts'
import { openWorksheet } from '../../api/local/worksheet/worksheet.ts'
import { freePort } from '../support/free-port.ts'

// `npm run prove:load-to-dynamo [-- 100000]`: CALL load_to_dynamo in the worksheet over `serve` in a process of its own,
// which is killed in the midst of the load and started again: one wrong row, a repeated call, and counts that add up.

const rows = Number(process.argv[2] ?? 100_000)
if (!(rows >= 1)) throw new Error('how many rows? At least one')
/** This row has no key. */
const wrong = Math.min(4_711, rows - 1)
/** Some chunks for few rows, too. */
const chunkBytes = Math.min(400_000, Math.max(1_000, rows * 4))
const root = fileURLToPath(new URL('../../', import.meta.url))
interface Status {
  readonly run: string
  readonly state: string
  readonly chunks: { readonly total: number; readonly settled: number }
  readonly rows: Readonly<Record<string, number>>
  readonly errors: readonly string[]
}

const folder = await mkdtemp(join(tmpdir(), 'prove-load-'))
const dynamodb = await startEmbeddedDynamodb(0)
const port = await freePort()
const serve = async () => {
  const child = spawn(
    process.execPath,
    [join(root, 'api/local/run.ts'), 'serve', '--port', String(port), '--table', 'stays=ID:S'],
    {
      cwd: folder,
      env: { ...process.env, DYNAMODB_ENDPOINT: dynamodb.endpoint },
      stdio: ['ignore', 'pipe', 'inherit']
    }
  )
  await once(child.stdout, 'data')
  return child
}
let service = await serve()
const caller = snowflakeCaller({ baseUrl: `http://127.0.0.1:${port}` })
const worksheet = await openWorksheet({
  call: caller.call,
  bucket: folderStore(join(folder, '.local/bucket'))
})
const sql = async (script: string): Promise<Record<string, unknown>> => {
  let last = '[]'
  await worksheet.run(script, { onResult: (result) => (last = rowsAsJson(result)) })
  return (JSON.parse(last) as Record<string, unknown>[])[0] ?? {}
}
const call = async () =>
  (await sql(`CALL load_to_dynamo('STAYS', 'stays', OBJECT_CONSTRUCT('max_file_size', ${chunkBytes}))`))
    .LOAD_TO_DYNAMO as Status
const statusOf = async (run: string) => (await sql(`SELECT dynamo_load_status('${run}') AS s`)).S as Status
const say = (what: string, { state, chunks, rows: counts, errors }: Status): void =>
  void process.stdout.write(`${what}: ${state}, ${JSON.stringify({ chunks, rows: counts, errors })}\n`)
const fail = (why: string): never => {
  throw new Error(why)
}

try {
  await sql(`CREATE TABLE stays AS SELECT IFF(n = ${wrong}, '', 'id-' || n) AS id, n, MD5(n::VARCHAR) AS sensor
    FROM (SELECT SEQ4() AS n FROM TABLE(GENERATOR(ROWCOUNT => ${rows})))`)
  const first = await call()
  for (;;) {
    const status = await statusOf(first.run)
    if (status.chunks.settled > 0) break
    await wait(50)
  }
  service.kill('SIGKILL')
  await once(service, 'exit')
  service = await serve()
  say('after the kill', await statusOf(first.run))
  // On AWS the queue brings the messages back by itself; the local queue died with its process.
  await sql(`SELECT redrive_dynamo_load('${first.run}')`)
  const second = await call()
  for (const { run } of [first, second]) {
    let status = await statusOf(run)
    for (; status.state === 'running'; status = await statusOf(run)) await wait(500)
    say(run === first.run ? 'killed run' : 'repeated call', status)
    const { expected, read, written, rejected } = status.rows
    if (status.state !== 'complete' || expected !== rows || read !== rows) fail('the run is not whole')
    if (written !== rows - 1 || rejected !== 1) fail('the counts do not add up')
  }
} finally {
  await worksheet.close()
  await caller.close()
  service.kill('SIGTERM')
  await once(service, 'exit')
  await dynamodb.close()
  await rm(folder, { recursive: true, force: true })
}
