import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import type { RunStatus } from '../../api/load/run-status.ts'
import { startEmbeddedDynamodb } from '../../api/local/embedded-dynamodb.ts'
import { semiSpaceMb } from '../../api/runtime/lean-heap.ts'
import type { Told } from './measured.ts'
import { rowsQuery } from './rows.ts'

export const loadFormats = {
  'ndjson.gz': 'format json, compression gzip',
  'csv.gz': 'format csv, header, compression gzip',
  parquet: 'format parquet, compression snappy, row_group_size 100000',
  ndjson: 'format json',
  csv: 'format csv, header'
} as const
export type LoadFormat = keyof typeof loadFormats

/** Makes chunks of some 10 MB when they are packed, as COPY INTO does. */
const chunkRows = 250_000

/**
 * Loads files of rows with the whole bulk path in a process of its own: queue, ledger, checkpoints, settled files.
 *
 * @param worker the bundle of test/prove/load-worker.ts
 * @param wholeFile one chunk instead of several
 */
export const loadRows = async (
  { endpoint, worker }: { readonly endpoint: string; readonly worker: string },
  format: LoadFormat,
  rows: number,
  { wholeFile = false, env = {} as NodeJS.ProcessEnv } = {}
): Promise<Told> => {
  const folder = await mkdtemp(join(tmpdir(), 'push-bench-'))
  const ledger = await startEmbeddedDynamodb()
  try {
    const files = await unload(join(folder, 'unload/bench'), format, rows, wholeFile ? rows : chunkRows)
    const manifest = JSON.stringify({ version: 1, run: 'bench', table: 'flights', files })
    const args = [
      `--max-semi-space-size=${semiSpaceMb}`,
      worker,
      folder,
      manifest,
      endpoint,
      ledger.endpoint,
      '1'
    ]
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...env }
    })
    let text = ''
    child.stdout.on('data', (piece) => {
      text += piece
    })
    await once(child, 'close')
    const { status, seconds, cpuSeconds, peakMB } = JSON.parse(text) as {
      readonly status: RunStatus
      readonly seconds: number
      readonly cpuSeconds: number
      readonly peakMB: number
    }
    const end = status.state === 'complete' ? 'ok' : status.state
    return { claimed: status.rows.written, cpuSeconds, seconds, peakMb: peakMB, end }
  } finally {
    await ledger.close()
    await rm(folder, { recursive: true, force: true })
  }
}

const unload = async (
  folder: string,
  format: LoadFormat,
  rows: number,
  mostRows: number
): Promise<Array<{ readonly name: string; readonly rows: number }>> => {
  await mkdir(folder, { recursive: true })
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  try {
    const files: Array<{ name: string; rows: number }> = []
    for (let first = 0; first < rows; first += mostRows) {
      const count = Math.min(mostRows, rows - first)
      const name = `data_0_${files.length}_0.${format}`
      await connection.run(
        `copy (${rowsQuery(first, count)}) to '${join(folder, name)}' (${loadFormats[format]})`
      )
      files.push({ name, rows: count })
    }
    return files
  } finally {
    connection.disconnectSync()
    instance.closeSync()
  }
}
