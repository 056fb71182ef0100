import { trailLines } from '../batch/trail.ts'
import type { ChunkRecord } from '../ledger/chunk-record.ts'
import { countCodes } from '../ledger/code-counts.ts'
import type { Progress } from '../ledger/progress.ts'
import { countRows } from '../ledger/row-counts.ts'
import type { RunRecord } from '../ledger/run-record.ts'
import type { RowResult } from '../plan/row-result.ts'
import { chunkRowsOf, type NumberedRow } from './chunk-rows-of.ts'
import type { VisitDeps } from './load-deps.ts'
import { loadSlice, type SliceOutcome } from './load-slice.ts'
import { type ChunkTerms, PlannedReading } from './planned-reading.ts'
import { budgetOfRun, openRateShare, type RateShare } from './rate-share.ts'
import { packRejectedRows } from './rejected-rows.ts'
import { rejectedPartKey, trailKey } from './run-paths.ts'
import { slicesOf } from './slices-of.ts'
import { textTerms } from './text-terms.ts'
import { untypedVersion } from './untyped-version.ts'
import type { RowsEnd, Visit } from './visit.ts'
import { mostUnnotedRows, type VisitProgress, visitProgress } from './visit-progress.ts'

/** The rows of a held chunk from its checkpoint on: slice by slice to the table, with checkpoints on the way. */
export const loadRows = async (deps: VisitDeps, visit: Visit, deadline: AbortSignal): Promise<RowsEnd> => {
  const { run, options, held, worker } = visit
  const { chunk } = held.record()
  const terms = { run, chunk, options: options.rows, text: textTerms(run, held.record(), options) }
  const untyped = terms.text.isUntyped ? untypedVersion(options.rows) : undefined
  if (untyped !== undefined) return { error: untyped }
  const progress = visitProgress(deps, visit, deadline)
  const share = await openRateShare(deps, run.run, worker, await budgetOfRun(deps, run.table, options.rows))
  try {
    const end = await loadSlices(deps, { ...visit, terms, progress, share }, deadline)
    return (await progress.note()) ? end : 'handed_on'
  } catch (error) {
    await progress.note().catch(() => false)
    if (deadline.aborted) return 'handed_on'
    throw error
  } finally {
    await share.leave()
  }
}

interface SlicesToLoad extends Visit {
  readonly terms: ChunkTerms
  readonly progress: VisitProgress
  readonly share: RateShare
}

const loadSlices = async (
  deps: VisitDeps,
  { run, options, held, terms, progress, share }: SlicesToLoad,
  deadline: AbortSignal
): Promise<RowsEnd> => {
  const { clock, store } = deps
  const claimed = held.record()
  const warnings: string[] = []
  // An earlier claim may have got this far without a checkpoint.
  const sureFrom = claimed.rowsDone + (claimed.claims > 1 ? mostUnnotedRows : 0)
  const taker = new PlannedReading(terms, { schemas: deps.writer.schemas, clock, from: sureFrom })
  const warn = (said: string): number => warnings.push(said)
  const rows = chunkRowsOf(store, claimed, options, { signal: deadline, warn, taker })
  let files = 0
  // One pace a visit, so that no place that was taken passes unused between slices.
  const { paceFor } = deps.paces({ isPatient: true, isPolite: true, promises: [], untilMs: Infinity })
  for await (const slice of slicesOf(rows, share.limit)) {
    const sinceMs = clock.now()
    let owedMs = 0
    let isNoteDue = false
    if (slice.length > 0) {
      const isMaybeTaken = (slice[0]?.rowNumber ?? 0) < sureFrom
      const outcome = await loadSlice(
        { ...deps, paceFor },
        { run, held },
        { rows: slice, options: options.rows, context: taker.contextOf(slice), isMaybeTaken },
        deadline
      )
      if (outcome.kind !== 'answered') return outcome.kind === 'failed' ? outcome : 'handed_on'
      // From here on the deadline's reserve is used: what is answered shall also be noted.
      const left = await setAside(deps, { run, claimed, slice, files }, outcome)
      if (left.isAnyRejected) files += 1
      progress.add({ ...progressOf(claimed.chunk, slice, outcome, warnings.splice(0)), files })
      owedMs = await share.owedMs(outcome.counts.writeUnits, slice.length, sinceMs)
      // A budget may cut the next worker's slices elsewhere: rows of a trail that is not noted would be told of twice.
      isNoteDue = left.isAnyTrail || owedMs > 0
    }
    if ((isNoteDue || progress.isDue()) && !(await progress.note())) return 'handed_on'
    if (deadline.aborted || !(await held.renew()) || (owedMs > 0 && !(await held.wait(owedMs, deadline))))
      return 'handed_on'
  }
  return 'done'
}

type Answered = Extract<SliceOutcome, { kind: 'answered' }>

/** Keeps rejected rows and the trail where they are found. @returns what was written */
const setAside = async (
  { store, clock }: Pick<VisitDeps, 'store' | 'clock'>,
  {
    run,
    claimed: { chunk, generation, claims },
    slice,
    files
  }: {
    readonly run: RunRecord
    readonly claimed: ChunkRecord
    readonly slice: readonly NumberedRow[]
    readonly files: number
  },
  { rejected, trail }: Answered
): Promise<{ readonly isAnyRejected: boolean; readonly isAnyTrail: boolean }> => {
  const isAnyRejected = rejected.length > 0
  if (isAnyRejected)
    await store.write(
      rejectedPartKey(run.run, chunk, generation, { claim: claims, file: files }),
      await packRejectedRows(rejected)
    )
  const origin = { table: run.table, query_id: run.queryId, run: run.run, chunk }
  const lines = trailLines(trail.rows, trail.results, origin, clock.now())
  const isAnyTrail = lines !== ''
  // The next slice after a checkpoint has the same object, should that slice come again.
  if (isAnyTrail)
    await store.write(trailKey(run.run, chunk, generation, slice[0]?.rowNumber ?? 0), Buffer.from(lines))
  return { isAnyRejected, isAnyTrail }
}

const progressOf = (
  chunk: string,
  slice: readonly NumberedRow[],
  { counts: { writeUnits, throttles, reasons }, results, rejected, dry }: Answered,
  warnings: readonly string[]
): Omit<Progress, 'files'> => ({
  rowsDone: (slice.at(-1)?.rowNumber ?? 0) + 1,
  counts: countRows(results),
  writeUnits,
  throttles,
  reasons,
  codes: countCodes(chunk, rejected),
  dry,
  errors: [...warnings, ...oddVersions(results)]
})

/** Rows that are stale for no more than the type of a stored version: said once a chunk, without a row's number. */
const oddVersions = (results: readonly RowResult[]): string[] => {
  const odd = results.find((result) => result.status === 'stale' && result.message !== undefined)
  return odd?.status === 'stale' && odd.message !== undefined ? [`warning: stale rows: ${odd.message}`] : []
}
