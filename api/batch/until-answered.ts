import type { RowResult } from '../plan/row-result.ts'
import { backoffMs } from '../runtime/backoff.ts'
import type { Clock } from '../runtime/clock.ts'
import { timeBox } from '../runtime/time-box.ts'
import { roundMs } from '../runtime/time-budgets.ts'

/** A row that has no result yet. */
interface OpenRow {
  readonly rowNumber: number
  /** It may be in the table: an earlier attempt lost its answer. */
  readonly isMaybeTaken?: boolean
}

/** Work on rows that may take longer than a lease. */
export interface Rounds<Row extends OpenRow> {
  readonly clock: Clock
  /** Starts the lease anew where it is due. @returns false when the rows are somebody else's by now */
  renew(): Promise<boolean>
  /** One attempt at the rows. @returns what is known of them when the signal strikes; the results themselves may have it, too */
  attempt(rows: readonly Row[], signal: AbortSignal): Promise<ReadonlyMap<number, RowResult>>
  /** A row that a round left as it goes into the next one, in which it may be in the table; by default the same row, marked so. */
  again?(row: Row): Row
  /** Asked after each round: no further one would help. */
  isEnough(): boolean
}

export interface RoundsEnd<Row> {
  /** `answered`: every row; `enough`: rows are left, as `isEnough` said; `deadline`; `lost`: they are somebody else's. */
  readonly kind: 'answered' | 'enough' | 'deadline' | 'lost'
  /** Rows without an answer, and what the last attempt said of them. */
  readonly open: readonly Row[]
  readonly last: ReadonlyMap<number, RowResult>
}

/**
 * Attempts rows round by round until every one of them is answered, however long the table throttles. A row that an
 * attempt left may be in the table all the same, and goes into the next one as such.
 *
 * @param results answers are added here as they come
 */
export const untilAnswered = async <Row extends OpenRow>(
  { clock, renew, attempt, again = marked, isEnough }: Rounds<Row>,
  rows: readonly Row[],
  results: Map<number, RowResult>,
  deadline: AbortSignal
): Promise<RoundsEnd<Row>> => {
  let open = rows
  let last: ReadonlyMap<number, RowResult> = new Map()
  for (let rounds = 1; open.length > 0; rounds += 1) {
    // What was done before, or the wait for the table, may have taken longer than the lease.
    if (!(await renew())) return { kind: 'lost', open, last }
    using box = timeBox(clock, roundMs, deadline)
    last = await attempt(open, box.signal)
    const left: Row[] = []
    for (let n = 0; n < open.length; n += 1) {
      const row = open[n] as Row
      const result = last.get(row.rowNumber)
      if (result !== undefined && result.status !== 'unprocessed') {
        if (last !== results) results.set(row.rowNumber, result)
        continue
      }
      if (last === results) results.delete(row.rowNumber)
      left.push(again(row))
    }
    open = left
    if (open.length === 0) break
    if (isEnough()) return { kind: 'enough', open, last }
    if (deadline.aborted) return { kind: 'deadline', open, last }
    await clock.sleep(backoffMs(rounds, clock.random), deadline)
  }
  return { kind: 'answered', open, last }
}

const marked = <Row extends OpenRow>(row: Row): Row => ({ ...row, isMaybeTaken: true })
