import type { ChunkRecord } from '../ledger/chunk-record.ts'
import { chunkPrefix, isEnded } from '../ledger/chunk-record.ts'
import { addCodes, type CodeCounts, codeLines, takeCodes } from '../ledger/code-counts.ts'
import { addTotals, type DryTotals, type Estimate, noTotals } from '../ledger/estimate.ts'
import type { LedgerStore } from '../ledger/ledger-store.ts'
import { addReasons } from '../ledger/progress.ts'
import { addCounts, noRows, type RowCounts } from '../ledger/row-counts.ts'
import { isRunOver, type RunRecord, runKey } from '../ledger/run-record.ts'
import { rowsWaiting } from '../ledger/staged-chunk.ts'
import { throttleAdvice } from './throttle-advice.ts'
import { toEstimate } from './to-estimate.ts'

/** The public status of a run: what SQL, the command line and the completion event show. */
export interface RunStatus {
  readonly run: string
  readonly table: string
  readonly state: 'running' | 'complete' | 'failed'
  readonly chunks: { readonly total: number; readonly settled: number; readonly failed: number }
  readonly rows: { readonly expected: number | null } & RowCounts
  readonly write_units: number
  readonly throttles: number
  readonly seconds: number
  readonly errors: readonly string[]
  /** What it was thought to take as it was opened; of a dry run, what it would. */
  readonly estimate?: Estimate
}

const mostErrors = 10
/** Of failed chunks, told before anything else: why the run has failed. */
const mostFailures = 5

/** Reads a run and its chunks; undefined when nobody knows the run. */
export const readRunStatus = async (
  ledger: LedgerStore,
  run: string,
  nowMs: number
): Promise<RunStatus | undefined> => {
  const record = await ledger.get<RunRecord>(runKey(run))
  if (record === undefined) return undefined
  const tally = openTally()
  for await (const chunk of ledger.list<ChunkRecord>(runKey(run).pk, chunkPrefix)) tally.add(chunk)
  return tally.status(record, nowMs)
}

/** Sums up chunks one by one, so that a run of any size needs no more memory than one. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one closure over the sums; what it does, add and status, is short
export const openTally = () => {
  let rows = noRows
  let reasons: Record<string, number> = {}
  let [settled, failed, total, writeUnits, throttles, open] = [0, 0, 0, 0, 0, 0]
  /** Of chunks that have not ended: rows that are not answered, chunks whose rows nobody counted, the last lease. */
  let [rowsLeft, uncounted, leasedUntilMs] = [0, 0, 0]
  /** Rows that wait for a managed engine's job. */
  let waiting = 0
  let codes: CodeCounts = {}
  let bytes = 0
  /** What the writes of a dry run would be. */
  let dry: DryTotals | undefined
  let errors: Array<readonly [chunk: string, error: string]> = []
  const failures: string[] = []
  return {
    add(chunk: ChunkRecord): void {
      writeUnits += chunk.writeUnits
      throttles += chunk.throttles
      reasons = addReasons(reasons, chunk.reasons)
      if (chunk.state === 'redriven') return
      if (chunk.dry) dry = addTotals(dry ?? noTotals, chunk.dry)
      rows = addCounts(rows, countsOf(chunk))
      if (!isEnded(chunk) || chunk.after !== 'done') open += 1
      if (chunk.state === 'loading') leasedUntilMs = Math.max(leasedUntilMs, chunk.leaseUntilMs)
      codes = withCodesOf(codes, chunk)
      if (chunk.kind === 'rows') {
        total += 1
        bytes += chunk.bytes
        waiting += rowsWaiting(chunk)
        if (!isEnded(chunk)) {
          if (chunk.expected === null) uncounted += 1
          else rowsLeft += Math.max(0, chunk.expected - chunk.rowsDone)
        }
        if (chunk.state === 'settled') settled += 1
      }
      let said = chunk.errors
      if (chunk.state === 'failed') {
        failed += 1
        const [failure, ...others] = said
        if (failure !== undefined && failures.length < mostFailures)
          failures.push(`${chunk.chunk}: ${failure}`)
        said = others
      }
      // A redrive has told anew what is wrong with the rows that are still set aside.
      if (chunk.kind === 'rejected' && chunk.state === 'settled')
        errors = errors.filter(([name, error]) => name !== chunk.chunk || isWarning(error))
      for (const error of said) if (errors.length < mostErrors) errors.push([chunk.chunk, error])
    },
    /** Chunks that are not loaded, moved and reported yet. */
    open: () => open,
    failed: () => failed,
    bytes: () => bytes,
    /** Rejected rows by code. */
    codes: () => codes,
    /** Until when somebody may be at work on a chunk; in the past when nobody is. */
    leasedUntilMs: () => leasedUntilMs,
    status: (run: RunRecord, nowMs: number): RunStatus => {
      const advice = throttleAdvice(reasons)
      // Of a run that was cancelled.
      const left = isRunOver(run) ? rowsLeft + waiting : 0
      const read = rows.read + (isRunOver(run) ? left : waiting)
      if (isRunOver(run) && uncounted > 0) advice.unshift(uncountedText(uncounted))
      // What was set aside has been through since: its errors are history.
      const isMended = rows.rejected === 0 && failed === 0
      const others = errors
        .filter(([, error]) => !isMended || isWarning(error))
        .map(([name, error]) => `${name}: ${error}`)
      const first = [...allRejected(run, rows), ...run.errors, ...failures, ...codeLines(codes)]
      return {
        run: run.run,
        table: run.table,
        state: run.state === 'opening' ? 'running' : run.state,
        chunks: { total, settled, failed },
        rows: {
          expected: run.expected,
          ...rows,
          read,
          unprocessed: rows.unprocessed + left
        },
        write_units: writeUnits,
        throttles,
        seconds: Math.round((run.endedMs ?? nowMs) - run.openedMs) / 1000,
        errors: [
          ...first,
          ...others.slice(0, Math.max(0, mostErrors - first.length - advice.length)),
          ...advice
        ],
        ...withEstimate(run, dry)
      }
    }
  }
}

/** What the run was thought to take; once a dry run has looked at every row, what it would. */
const withEstimate = (
  { estimate, state }: RunRecord,
  dry: DryTotals | undefined
): { readonly estimate?: Estimate } => {
  if (dry !== undefined && state === 'complete') return { estimate: toEstimate(dry) }
  return estimate ? { estimate } : {}
}

/** A load that is complete and has stored nothing is not what anybody meant. */
const allRejected = ({ state }: RunRecord, { read, rejected }: RowCounts): readonly string[] =>
  state === 'complete' && read > 0 && rejected === read ? [`warning: all ${read} rows were rejected`] : []

/** A redrive that has read the rejected rows of a chunk again tells anew what is wrong with them. */
const withCodesOf = (
  all: CodeCounts,
  { kind, state, chunk, codes = {}, codesBefore }: ChunkRecord
): CodeCounts => {
  if (kind === 'rows') return addCodes(all, codes)
  return state === 'settled' ? addCodes(takeCodes(all, chunk, codesBefore ?? {}), codes) : all
}

const uncountedText = (chunks: number): string =>
  `${chunks} chunks were not loaded to their end, and nobody said how many rows they have: they are not among the unprocessed`

/** What was read in one of two ways that are both likely: to be told of rows that are written, too. */
const isWarning = (error: string): boolean => error.startsWith('warning: ')

/**
 * What a chunk adds to the run's rows. Rows that were set aside earlier were read and counted as rejected then:
 * a redrive moves them from there to where they end.
 */
const countsOf = (chunk: ChunkRecord): RowCounts => {
  const { kind, counts } = chunk
  if (kind === 'rows') return counts
  return { ...counts, read: counts.read - readAgain(chunk), rejected: rejectedLeft(chunk) }
}

/** Rows that an earlier chunk has counted as read. */
export const readAgain = ({ kind, counts, rejectedBefore }: ChunkRecord): number =>
  kind === 'rows' ? 0 : Math.min(counts.read, rejectedBefore)

/** Rejected rows that a chunk leaves; those that it took over from an earlier generation are subtracted. */
export const rejectedLeft = (chunk: ChunkRecord): number =>
  chunk.state === 'redriven' ? 0 : chunk.counts.rejected - readAgain(chunk)
