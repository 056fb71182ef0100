import { trailLines } from '../batch/trail.ts'
import { checkpointChunk } from '../ledger/chunk-record.ts'
import { countCodes } from '../ledger/code-counts.ts'
import { countRows } from '../ledger/row-counts.ts'
import type { RowResult } from '../plan/row-result.ts'
import { leaseMs } from '../runtime/time-budgets.ts'
import { chunkRowsOf } from './chunk-rows-of.ts'
import { isGoingOn } from './is-going-on.ts'
import type { VisitDeps } from './load-deps.ts'
import { loadSlice } from './load-slice.ts'
import { budgetOfRun, openRateShare } from './rate-share.ts'
import { packRejectedRows } from './rejected-rows.ts'
import { rejectedPartKey, trailKey } from './run-paths.ts'
import { maxSliceRows, slicesOf } from './slices-of.ts'
import { textTerms } from './text-terms.ts'
import { untypedVersion } from './untyped-version.ts'
import type { RowsEnd, Visit } from './visit.ts'

/** The rows of a held chunk from its checkpoint on: slice by slice to the table, each with its checkpoint. */
export const loadRows = async (
  deps: VisitDeps,
  { run, options, held, worker }: Visit,
  deadline: AbortSignal
): Promise<RowsEnd> => {
  const { clock, store } = deps
  const claimed = held.record()
  const { chunk, generation, claims } = claimed
  const warnings: string[] = []
  const terms = { options: options.rows, text: textTerms(run, claimed, options) }
  const untyped = terms.text.isUntyped ? untypedVersion(options.rows) : undefined
  if (untyped !== undefined) return { error: untyped }
  const rows = chunkRowsOf(store, claimed, options, { signal: deadline, warn: (said) => warnings.push(said) })
  let files = 0
  const share = await openRateShare(deps, run.run, worker, await budgetOfRun(deps, run.table, options.rows))
  // One pace a visit, so that no place that was taken passes unused between slices.
  const { paceFor } = deps.paces({ isPatient: true, isPolite: true, promises: [], untilMs: Infinity })
  try {
    for await (const slice of slicesOf(rows, share.limit)) {
      if (slice.length === 0) {
        if (deadline.aborted || !(await held.renew())) return 'handed_on'
        continue
      }
      const sinceMs = clock.now()
      // An earlier claim may have got this far without a checkpoint.
      const isMaybeTaken = claims > 1 && (slice[0]?.rowNumber ?? 0) < claimed.rowsDone + maxSliceRows
      const outcome = await loadSlice(
        { ...deps, paceFor },
        { run, held },
        { rows: slice, ...terms, isMaybeTaken },
        deadline
      )
      if (outcome.kind !== 'answered') return outcome.kind === 'failed' ? outcome : 'handed_on'

      // From here on the deadline's reserve is used: what is answered shall also be noted.
      if (outcome.rejected.length > 0) {
        const key = rejectedPartKey(run.run, chunk, generation, { claim: claims, file: files })
        await store.write(key, await packRejectedRows(outcome.rejected))
        files += 1
      }
      const origin = { table: run.table, query_id: run.queryId, run: run.run, chunk }
      const lines = trailLines(outcome.trail.rows, outcome.trail.results, origin, clock.now())
      // The same slice again, after a lost checkpoint, has the same object.
      if (lines !== '')
        await store.write(trailKey(run.run, chunk, generation, slice[0]?.rowNumber ?? 0), Buffer.from(lines))
      const { writeUnits, throttles, reasons } = outcome.counts
      const progress = {
        rowsDone: (slice.at(-1)?.rowNumber ?? 0) + 1,
        counts: countRows(outcome.results),
        writeUnits,
        throttles,
        reasons,
        files,
        codes: countCodes(chunk, outcome.rejected),
        dry: outcome.dry,
        errors: [...warnings.splice(0), ...oddVersions(outcome.results)].filter(
          (error) => !held.record().errors.includes(error)
        )
      }
      const [isHeld, isWanted] = await Promise.all([
        held.write((now) => checkpointChunk(now, progress, clock.now(), leaseMs)),
        isGoingOn(deps.ledger, run)
      ])
      if (!isHeld || !isWanted || deadline.aborted) return 'handed_on'
      const owedMs = await share.owedMs(writeUnits, slice.length, sinceMs)
      if (owedMs > 0 && !(await held.wait(owedMs, deadline))) return 'handed_on'
    }
  } catch (error) {
    if (deadline.aborted) return 'handed_on'
    throw error
  } finally {
    await share.leave()
  }
  return 'done'
}

/** Rows that are stale for no more than the type of a stored version: said once a chunk, without a row's number. */
const oddVersions = (results: readonly RowResult[]): string[] => {
  const odd = results.find((result) => result.status === 'stale' && result.message !== undefined)
  return odd?.status === 'stale' && odd.message !== undefined ? [`warning: stale rows: ${odd.message}`] : []
}
