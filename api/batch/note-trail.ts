import type { RowResult } from '../plan/row-result.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Log } from '../runtime/log.ts'
import { sha256 } from '../runtime/sha256.ts'
import { ledgerAnswerMs } from '../runtime/time-budgets.ts'
import { within } from '../runtime/within.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { type Trail, type TrailOrigin, trailLines } from './trail.ts'

interface NoteDeps {
  readonly store: Pick<ObjectStore, 'write'> | undefined
  readonly clock: Clock
  readonly log: Log
}

/** What was answered of a batch, and how: `results` where all of it was. */
export interface Answered {
  readonly trail: Trail
  readonly tried: ReadonlyMap<number, RowResult>
  readonly results: readonly RowResult[] | undefined
}

/**
 * Writes the lines of rows with option `trail` into the audit, an object a batch, and one more for what a worker finishes. A
 * batch is never the worse for it: what could not be written is named in the log.
 */
export const noteTrail = async (
  { store, clock, log }: NoteDeps,
  { route, ...origin }: TrailOrigin & { readonly route: string },
  { trail, tried, results }: Answered
): Promise<void> => {
  if (store === undefined || trail.size === 0) return
  const answered = results === undefined ? tried : new Map(results.entries())
  const lines = trailLines(trail, answered, origin, clock.now())
  if (lines === '') return
  const name = sha256(route, origin.batch ?? '', lines).slice(0, 32)
  try {
    const key = `audit/rows/${origin.query_id ?? 'no-query'}/${name}.ndjson`
    await within(clock, ledgerAnswerMs, store.write(key, Buffer.from(lines)))
  } catch (error) {
    log({ event: 'trail_not_written', queryId: origin.query_id, cause: (error as Error).name })
  }
}
