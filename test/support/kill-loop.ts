import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { RunStatus } from '../../api/load/run-status.ts'
import { startEmbeddedDynamodb } from '../../api/local/embedded-dynamodb.ts'
import { lastJson, startCommand } from './run-command.ts'
import { outsideClient, scanTable } from './test-app.ts'

export interface KillLoop {
  readonly kills: number
  readonly status: RunStatus
  /** Ids in the table, in order. */
  readonly ids: readonly string[]
  readonly auditSettles: readonly string[]
  /** Row numbers of the rejected files by chunk. */
  readonly rejected: Readonly<Record<string, readonly number[]>>
  readonly done: readonly string[]
}

/** Every 400th row of a chunk has no key. */
export const badEvery = 400

/**
 * A real load that is killed with SIGKILL again and again, at times that the dice say, and brought on by a redrive
 * each time; at the end one is left in peace. DynamoDB lives outside, as on AWS.
 */
export const killLoop = async (
  chunks: number,
  rowsPerChunk: number,
  kills: number,
  random: () => number
): Promise<KillLoop> => {
  const folder = await mkdtemp(join(tmpdir(), 'push-kill-'))
  const dynamodb = await startEmbeddedDynamodb()
  const client = outsideClient(dynamodb.endpoint)
  const env = { DYNAMODB_ENDPOINT: dynamodb.endpoint }
  try {
    for (let chunk = 0; chunk < chunks; chunk += 1) {
      const lines = Array.from({ length: rowsPerChunk }, (_, n) =>
        JSON.stringify(n % badEvery === 7 ? { n } : { id: `c${chunk}-${n}`, n })
      )
      await writeFile(join(folder, `c${chunk}.ndjson.gz`), gzipSync(`${lines.join('\n')}\n`))
    }
    const files = (await readdir(folder)).filter((name) => name.endsWith('.gz'))
    // A budget makes slices smaller, so that there are more checkpoints to die between.
    const options = ['--options', '{"max_wcu":16000}']
    let command = startCommand(
      'load',
      ['--table', 'orders=id:S', '--json', ...options, ...files],
      folder,
      env
    )
    let run = ''
    for (let killed = 0; ; ) {
      const { child, ended } = command
      const begun = new Promise<void>((resolve) =>
        child.stderr?.on('data', (text) => {
          run = /^run (\S+)/m.exec(String(text))?.[1] ?? run
          if (run !== '') resolve()
        })
      )
      await Promise.race([begun, ended])
      let last = killed >= kills ? await ended : undefined
      if (last === undefined) {
        const timer = setTimeout(() => child.kill('SIGKILL'), random() * 1_200)
        last = await ended
        clearTimeout(timer)
      }
      // A chunk over which too many died fails its run; the next redrive takes that up, too.
      if (last.signal === 'SIGKILL' || lastJson(last).state === 'failed') killed += 1
      else {
        const bucket = join(folder, '.local/bucket')
        const items = await scanTable(client, 'orders')
        return {
          kills: killed,
          status: lastJson(last) as unknown as RunStatus,
          ids: items.map(({ id }) => id?.S ?? '').toSorted(),
          auditSettles: await settlesOf(join(bucket, 'audit/chunks', run)),
          rejected: await rejectedOf(join(bucket, 'rejected', run)),
          done: (await readdir(join(bucket, 'done', run))).toSorted()
        }
      }
      command = startCommand('redrive', [run, '--json'], folder, env)
    }
  } finally {
    client.destroy()
    await dynamodb.close()
    await rm(folder, { recursive: true, force: true })
  }
}

const settlesOf = async (folder: string): Promise<readonly string[]> => {
  const settles: string[] = []
  for (const name of await readdir(folder))
    for (const line of (await readFile(join(folder, name), 'utf8')).trimEnd().split('\n')) {
      const { event, chunk, generation } = JSON.parse(line) as {
        event: string
        chunk: string
        generation: number
      }
      // A kill between the end of the run and that of its process has the redrive settle the rejected rows anew.
      if (event === 'chunk_settled' && generation === 0) settles.push(chunk)
    }
  return settles.toSorted()
}

const rejectedOf = async (folder: string): Promise<Record<string, readonly number[]>> => {
  const rejected: Record<string, readonly number[]> = {}
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isFile()) continue
    const text = gunzipSync(await readFile(join(folder, entry.name))).toString()
    rejected[entry.name] = text
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { number: number }).number)
  }
  return rejected
}
