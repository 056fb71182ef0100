import { checkpointChunk } from '../ledger/chunk-record.ts'
import { addProgress, type Progress } from '../ledger/progress.ts'
import { keepTrying } from '../runtime/keep-trying.ts'
import { leaseMs } from '../runtime/time-budgets.ts'
import { isGoingOn } from './is-going-on.ts'
import type { LoadDeps } from './load-deps.ts'
import { maxSliceRows } from './slices-of.ts'
import type { Visit } from './visit.ts'

/** Slices follow each other so fast on a fast table that each of them as a checkpoint would cost a sixth of the CPU. */
const betweenMs = 250
const mostSlices = 10
/** An earlier claim may have sent so many rows beyond its last checkpoint. */
export const mostUnnotedRows = mostSlices * maxSliceRows

/** What a visit has done since its last checkpoint. */
export interface VisitProgress {
  /** A slice is answered. @param progress `files` those of the whole visit */
  add(progress: Progress): void
  /** Time for a checkpoint: with the first slice of a visit, then every so often. */
  isDue(): boolean
  /**
   * The checkpoint, where there is anything to note. What it could not note for sure is not noted again by this visit:
   * that might count it twice.
   * @returns false when the chunk is somebody else's by now, or its run is over. @throws what the ledger throws
   */
  note(): Promise<boolean>
}

/** Gathers the slices of a visit between its checkpoints: what is not noted is sent again by the next worker. */
export const visitProgress = (
  { ledger, clock }: Pick<LoadDeps, 'ledger' | 'clock'>,
  { run, held }: Pick<Visit, 'run' | 'held'>,
  deadline: AbortSignal
): VisitProgress => {
  let gathered: Progress | undefined
  let slices = 0
  let dueMs = Number.NEGATIVE_INFINITY
  return {
    add(progress) {
      const known = [...held.record().errors, ...(gathered?.errors ?? [])]
      const next = { ...progress, errors: progress.errors.filter((error) => !known.includes(error)) }
      gathered = gathered === undefined ? next : addProgress(gathered, next)
      slices += 1
    },
    isDue: () => slices >= mostSlices || clock.now() >= dueMs,
    async note() {
      if (gathered === undefined) return true
      const progress = gathered
      gathered = undefined
      slices = 0
      const isHeld = await held.write((now) => checkpointChunk(now, progress, clock.now(), leaseMs))
      dueMs = clock.now() + betweenMs
      return isHeld !== undefined && (await keepTrying(clock, deadline, () => isGoingOn(ledger, run)))
    }
  }
}
