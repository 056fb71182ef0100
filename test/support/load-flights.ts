import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunStatus } from '../../api/load/run-status.ts'
import { startEmbeddedDynamodb } from '../../api/local/embedded-dynamodb.ts'
import { semiSpaceMb } from '../../api/runtime/lean-heap.ts'
import { type FlightFormat, unloadFlights } from './flights.ts'
import { startNullDynamodb } from './null-dynamodb.ts'

export interface LoadedFlights {
  readonly status: RunStatus
  readonly seconds: number
  /** Of the worker process alone. */
  readonly cpuSeconds: number
  readonly peakMB: number
  readonly chunkMB: number
  /** Rows that the endpoint counted. */
  readonly counted: number
}

const worker = new URL('../prove/load-worker.ts', import.meta.url).pathname

/** Unloads flights and loads them, by a worker process of its own, into an endpoint that only counts. */
export const loadFlights = async (
  format: FlightFormat,
  rows: number,
  rowsPerChunk: number,
  workers: number
): Promise<LoadedFlights> => {
  const folder = await mkdtemp(join(tmpdir(), 'push-prove-'))
  const ledger = await startEmbeddedDynamodb()
  const target = await startNullDynamodb()
  try {
    const unload = join(folder, 'unload/flights')
    await mkdir(unload, { recursive: true })
    const { names } = await unloadFlights(unload, format, rows, rowsPerChunk)
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(unload, name))).size))
    const files = names.map((name, n) => ({ name, rows: Math.min(rowsPerChunk, rows - n * rowsPerChunk) }))
    const ordered = names.length > 10 ? names.map((name) => ({ name })) : files
    const manifest = JSON.stringify({ version: 1, run: 'flights', table: 'flights', files: ordered })
    const args = [
      `--max-semi-space-size=${semiSpaceMb}`,
      worker,
      folder,
      manifest,
      target.endpoint,
      ledger.endpoint,
      String(workers)
    ]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.on('data', (piece) => {
      text += piece
    })
    await once(child, 'close')
    const figures = JSON.parse(text) as Omit<LoadedFlights, 'chunkMB' | 'counted'>
    return { ...figures, chunkMB: Math.max(...sizes) / 1e6, counted: target.rows() }
  } finally {
    await target.close()
    await ledger.close()
    await rm(folder, { recursive: true, force: true })
  }
}
