import type { WouldBe } from '../plan/dry-tally.ts'
import type { PlannedWrite, RowOfWrite } from '../plan/planned-write.ts'
import type { RowResult } from '../plan/row-result.ts'
import type { Taken } from './write-port.ts'

/** What sending has cost so far, for log lines and run counts. */
export interface WriteCounts {
  calls: number
  writeUnits: number
  readUnits: number
  throttles: number
  /** Why calls were refused, by DynamoDB's own word where it gives one. */
  reasons: Record<string, number>
  /** Why no call is allowed, once one was denied. */
  denied?: string
  /** What the valid rows of a dry run would be. */
  dry?: WouldBe | undefined
}

export const noCounts = (): WriteCounts => ({
  calls: 0,
  writeUnits: 0,
  readUnits: 0,
  throttles: 0,
  reasons: {}
})

/** What is known so far of the writes of one plan. It only ever grows. */
export interface Settlement {
  /** Rows with their final answer. */
  readonly results: ReadonlyMap<number, RowResult>
  readonly counts: WriteCounts
  /** Every write that is not settled becomes `unprocessed`, with its attempts and the last reason. */
  giveUp(writes: Iterable<PlannedWrite>): void
  /** A call went out. */
  called(): void
  /** Takes a call's outcomes in; gives back the writes that it left, each with one more attempt. */
  answered(writes: readonly PlannedWrite[], answer: Taken): readonly PlannedWrite[]
  /** The call failed as a whole: one more attempt for each of them. */
  failed(writes: readonly PlannedWrite[]): void
  /** The answer of an attempt was lost, so the write may be in the table. */
  lost(writes: readonly PlannedWrite[]): void
  isMaybeTaken(write: PlannedWrite): boolean
  /** Why the last attempt failed; for the message of what stays unprocessed. */
  because(reason: string): void
  /** Ends the story of a write, for all rows that share its fate. */
  settle(write: PlannedWrite, outcome: 'taken' | RowResult): void
  isSettled(write: PlannedWrite): boolean
  /** Attempts that did not settle it. */
  attempts(write: PlannedWrite): number
}

/** The same answer for all rows of which there is nothing more to say. */
const taken = { written: { status: 'written' }, deleted: { status: 'deleted' } } as const

const none: readonly PlannedWrite[] = []

/** @param results answers are added here as they come */
export const openSettlement = (
  counts: WriteCounts = noCounts(),
  results = new Map<number, RowResult>()
): Settlement => {
  const attempts = new Map<PlannedWrite, number>()
  const maybeTaken = new Set<PlannedWrite>()
  let lastReason = 'the deadline came before the first attempt'

  const settle = ({ rows }: PlannedWrite, outcome: 'taken' | RowResult): void => {
    for (let n = 0; n < rows.length; n += 1) {
      const { rowNumber, done } = rows[n] as RowOfWrite
      results.set(rowNumber, outcome === 'taken' ? taken[done] : outcome)
    }
  }
  const isSettled = ({ rows }: PlannedWrite): boolean => rows.every(({ rowNumber }) => results.has(rowNumber))
  const attemptsOf = (write: PlannedWrite): number => attempts.get(write) ?? 0
  const failed = (writes: readonly PlannedWrite[]): void => {
    for (const write of writes) attempts.set(write, attemptsOf(write) + 1)
  }

  return {
    results,
    counts,
    settle,
    isSettled,
    attempts: attemptsOf,
    isMaybeTaken: (write) => maybeTaken.has(write),
    called() {
      counts.calls += 1
    },
    answered(writes, { outcomes, units }) {
      counts.writeUnits += units
      let left: PlannedWrite[] | undefined
      for (let n = 0; n < writes.length; n += 1) {
        const write = writes[n] as PlannedWrite
        const outcome = outcomes[n] ?? 'left'
        if (outcome !== 'left') settle(write, outcome)
        else if (left === undefined) left = [write]
        else left.push(write)
      }
      if (left === undefined) return none
      failed(left)
      return left
    },
    failed,
    lost(writes) {
      for (const write of writes) maybeTaken.add(write)
    },
    because(reason) {
      lastReason = reason
    },
    giveUp(writes) {
      for (const write of writes) {
        if (isSettled(write)) continue
        const message = `ran out of time: ${lastReason}; send the row again`
        settle(write, { status: 'unprocessed', attempts: attemptsOf(write), message })
      }
    }
  }
}
