import { ChunkError } from '../decode/chunk-error.ts'
import { type ChunkRecord, failChunk, releaseChunk, settleChunk } from '../ledger/chunk-record.ts'
import { isPoison } from '../ledger/claim-chunk.ts'
import type { RunRecord } from '../ledger/run-record.ts'
import { stageWhole } from '../ledger/staged-chunk.ts'
import { Flaw } from '../plan/row-result.ts'
import type { LogLine } from '../runtime/log.ts'
import { ObjectGone } from '../store/object-store.ts'
import { optionsOfRun } from './bulk-options.ts'
import { whileHeld } from './hold-chunk.ts'
import type { VisitDeps } from './load-deps.ts'
import { loadRows } from './load-rows.ts'
import { stageChunk } from './managed/stage-rows.ts'
import { whyNotManaged } from './managed/unlike-workers.ts'
import type { Visit } from './visit.ts'

/** What became of a visit to a chunk. */
export type LoadEnd =
  | { readonly kind: 'ended'; readonly record: ChunkRecord }
  /** All of it lies ready for the job of its run. */
  | { readonly kind: 'staged' }
  /** It lies ready, and the job has not ended. */
  | { readonly kind: 'waiting' }
  /** Somebody else works on it until then. */
  | { readonly kind: 'busy'; readonly untilMs: number }
  /** Time ran out; the rest is for the next worker. `isIdle`: no row got done on this visit. */
  | { readonly kind: 'handed_on'; readonly isIdle: boolean }

/** A chunk of a run, as the ledger has it. */
export interface ChunkToLoad {
  readonly run: RunRecord
  readonly chunk: ChunkRecord
  /** A name that no other visit uses at this time. */
  readonly worker: string
}

/**
 * The sentence of the bulk path: claim → stream → plan → write, slice by slice, with checkpoints on the way, then
 * settle. Where a worker dies, the next one goes on from the last checkpoint.
 *
 * @throws whatever ledger or bucket throw when they are out of reach: the message comes again
 */
export const loadChunk = (
  deps: VisitDeps,
  { run, chunk, worker }: ChunkToLoad,
  deadline: AbortSignal
): Promise<LoadEnd> =>
  whileHeld<LoadEnd>(deps, chunk, deadline, async (held) => {
    const { rowsDone } = held.record()
    const handedOn = (): LoadEnd => ({ kind: 'handed_on', isIdle: held.record().rowsDone === rowsDone })
    const failure = await whyFailed(deps, { run, held, worker }, deadline)
    if (failure === 'handed_on') {
      await held.write(releaseChunk)
      return handedOn()
    }
    if (failure === 'staged') return (await held.write(stageWhole)) ? { kind: 'staged' } : handedOn()
    const nowMs = deps.clock.now()
    const record = await held.write((now) =>
      failure === undefined ? settleChunk(now, nowMs) : failChunk(now, failure.error, nowMs)
    )
    if (record === undefined) return handedOn()
    deps.log(endedLine(run, record))
    return { kind: 'ended', record }
  })

/** Written once a chunk's end: by whoever ended it, not by those who find it ended. */
export const endedLine = ({ queryId }: RunRecord, record: ChunkRecord): LogLine => ({
  event: record.state === 'settled' ? 'chunk_settled' : 'chunk_failed',
  run: record.run,
  generation: record.generation,
  queryId,
  ...record.counts,
  writeUnits: record.writeUnits,
  throttles: record.throttles,
  claims: record.claims
})

/** Loads the rows, or lays them ready. @returns why the chunk as a whole has failed; undefined when all of it is answered */
const whyFailed = async (
  deps: VisitDeps,
  visit: Omit<Visit, 'options'>,
  deadline: AbortSignal
): Promise<{ readonly error: string } | 'handed_on' | 'staged' | undefined> => {
  const { run, held } = visit
  if (isPoison(held.record())) return { error: poisonText }
  const options = optionsOfRun(run)
  if (options instanceof Flaw) return { error: options.message }
  const isManaged = options.engine !== 'workers'
  const refused = isManaged ? await whyNotManaged(deps, run, options, deadline) : undefined
  if (refused !== undefined) return { error: refused }
  try {
    const end = await (isManaged ? stageChunk : loadRows)(deps, { ...visit, options }, deadline)
    if (end !== 'done') return end
  } catch (error) {
    if (error instanceof ChunkError) return { error: error.message }
    if (error instanceof ObjectGone) return { error: goneText(error, held.record()) }
    throw error
  }
  const { expected, rowsDone } = held.record()
  if (expected !== null && expected !== rowsDone)
    return { error: `the manifest promises ${expected} rows, the chunk has ${rowsDone}: unload it again` }
  return isManaged ? 'staged' : undefined
}

const poisonText =
  "workers ended over it again and again without progress: look at the loader's log, then redrive"

const goneText = ({ message }: ObjectGone, { kind }: ChunkRecord): string =>
  `${message}: ${kind === 'rejected' ? 'redrive once more' : 'unload it again under another run'}`
