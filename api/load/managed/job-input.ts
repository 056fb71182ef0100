import type { ChunkRecord } from '../../ledger/chunk-record.ts'
import { chunkPrefix, isEnded } from '../../ledger/chunk-record.ts'
import type { JobRecord } from '../../ledger/job-record.ts'
import { runKey } from '../../ledger/run-record.ts'
import { isStaged } from '../../ledger/staged-chunk.ts'
import { mostJobObjects } from '../../write/managed-jobs.ts'
import type { LoadDeps } from '../load-deps.ts'
import { itemsPrefix } from '../run-paths.ts'
import { passesOf, repeatedKeys, stagedObjects } from './staged-keys.ts'

type Job = Pick<JobRecord, 'run' | 'generation'>

/** Chunks of the generation that lie ready for its job. */
export async function* stagedChunks(
  { ledger }: Pick<LoadDeps, 'ledger'>,
  { run, generation }: Job
): AsyncGenerator<ChunkRecord> {
  for await (const chunk of ledger.list<ChunkRecord>(runKey(run).pk, chunkPrefix))
    if (chunk.generation === generation && isStaged(chunk)) yield chunk
}

/** Items that lie ready, and their bytes; undefined while a chunk of the generation is still being read. */
export const stagedRows = async (
  { ledger }: Pick<LoadDeps, 'ledger'>,
  { run, generation }: Job
): Promise<{ readonly rows: number; readonly bytes: number } | undefined> => {
  let [rows, bytes] = [0, 0]
  for await (const chunk of ledger.list<ChunkRecord>(runKey(run).pk, chunkPrefix)) {
    if (chunk.generation !== generation || isEnded(chunk)) continue
    if (!isStaged(chunk)) return undefined
    rows += chunk.staged?.rows ?? 0
    bytes += chunk.staged?.bytes ?? 0
  }
  return { rows, bytes }
}

/**
 * Leaves below the job's prefix what the ledger has noted, and nothing else: a worker that died, or came too late, may
 * have left objects there that another one has written again under its own name.
 *
 * @returns why the job cannot take them
 */
export const clearInput = async (
  deps: Pick<LoadDeps, 'ledger' | 'store'>,
  { run, generation }: Job,
  deadline: AbortSignal
): Promise<string | undefined> => {
  const noted = new Set<string>()
  for await (const chunk of stagedChunks(deps, { run, generation }))
    for (const { items } of stagedObjects(chunk)) noted.add(items)
  if (noted.size > mostJobObjects)
    return `a job takes ${mostJobObjects} objects, the items of this run are ${noted.size}: load it as several runs`
  for await (const { key } of deps.store.list(itemsPrefix(run, generation), deadline))
    if (!noted.has(key)) await deps.store.remove(key, deadline)
  return undefined
}

/**
 * Looks for items that have one key. A job writes items side by side, so that nobody could say which of them stays.
 *
 * @param job says how many of the passes are done
 * @returns the passes that are done now, and why the job cannot take the items
 */
export const checkKeys = async (
  deps: Pick<LoadDeps, 'ledger' | 'store'>,
  job: JobRecord,
  deadline: AbortSignal
): Promise<{ readonly passes: number; readonly isDone: boolean; readonly error?: string }> => {
  for (let pass = job.passes; pass < passesOf(job.rows); pass += 1) {
    const repeated = await repeatedKeys(
      deps.store,
      stagedChunks(deps, job),
      { rows: job.rows, pass },
      deadline
    )
    if (repeated > 0) return { passes: pass, isDone: false, error: repeatedText(repeated, job.engine) }
    if (deadline.aborted) return { passes: pass + 1, isDone: pass + 1 === passesOf(job.rows) }
  }
  return { passes: passesOf(job.rows), isDone: true }
}

const repeatedText = (repeated: number, engine: string): string =>
  `${repeated} rows or more have the key of another row of this run, and engine '${engine}' keeps no order between them: ` +
  "redrive with {'engine': 'workers'}, where the later row wins"
