import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunStatus } from '../../api/load/run-status.ts'
import { startEmbeddedDynamodb } from '../../api/local/embedded-dynamodb.ts'
import { semiSpaceMb } from '../../api/runtime/lean-heap.ts'
import { startNullDynamodb } from './null-dynamodb.ts'

export interface NullLoad {
  readonly status: RunStatus
  readonly seconds: number
  /** Of the worker process alone. */
  readonly cpuSeconds: number
  readonly peakMB: number
  /** Size of the largest chunk. */
  readonly chunkMB: number
  /** Different rows that the endpoint counted, and those that it was sent again after a time-out. */
  readonly counted: number
  readonly repeated: number
}

/** A file of a manifest; `rows` are promised where they are given. */
export interface UnloadedFile {
  readonly name: string
  readonly rows?: number
}

/** How they are loaded: chunks at the same time, and options of the run. */
export interface NullLoadTerms {
  readonly workers?: number
  readonly options?: Readonly<Record<string, unknown>>
}

const worker = new URL('../prove/load-worker.ts', import.meta.url).pathname

/**
 * Loads files, by a worker process of its own, into an endpoint that only counts.
 *
 * @param unload writes the files into the folder that it is given
 */
export const loadIntoNull = async (
  unload: (folder: string) => Promise<readonly UnloadedFile[]>,
  { workers = 1, options }: NullLoadTerms = {}
): Promise<NullLoad> => {
  const folder = await mkdtemp(join(tmpdir(), 'push-prove-'))
  const ledger = await startEmbeddedDynamodb()
  const target = await startNullDynamodb()
  try {
    const unloaded = join(folder, 'unload/flights')
    await mkdir(unloaded, { recursive: true })
    const files = await unload(unloaded)
    const sizes = await Promise.all(files.map(async ({ name }) => (await stat(join(unloaded, name))).size))
    const manifest = JSON.stringify({ version: 1, run: 'flights', table: 'flights', options, files })
    const child = spawn(
      process.execPath,
      [
        `--max-semi-space-size=${semiSpaceMb}`,
        worker,
        folder,
        manifest,
        target.endpoint,
        ledger.endpoint,
        String(workers)
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] }
    )
    let text = ''
    child.stdout.on('data', (piece) => {
      text += piece
    })
    await once(child, 'close')
    const figures = JSON.parse(text) as Omit<NullLoad, 'chunkMB' | 'counted' | 'repeated'>
    const counted = target.rows()
    return { ...figures, chunkMB: Math.max(...sizes) / 1e6, counted, repeated: target.puts() - counted }
  } finally {
    await target.close()
    await ledger.close()
    await rm(folder, { recursive: true, force: true })
  }
}
