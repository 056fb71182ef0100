import { describe, expect, it } from 'vitest'
import { untilAnswered } from '../../api/batch/until-answered.ts'
import type { RowResult } from '../../api/plan/row-result.ts'
import { roundMs } from '../../api/runtime/time-budgets.ts'
import { virtualClock } from '../support/virtual-clock.ts'

interface Row {
  readonly rowNumber: number
  readonly isMaybeTaken: boolean
}
const rows: readonly Row[] = [0, 1, 2].map((rowNumber) => ({ rowNumber, isMaybeTaken: false }))
const left: RowResult = { status: 'unprocessed', attempts: 1, message: 'throttled' }

/** Rounds over three rows; `answers` says how many of the open rows each round answers. */
const world = (
  answers: (round: number) => number,
  more: { renew?: () => Promise<boolean>; isEnough?: () => boolean } = {}
) => {
  const clock = virtualClock()
  const seen: Array<ReadonlyArray<readonly [rowNumber: number, isMaybeTaken: boolean]>> = []
  const results = new Map<number, RowResult>()
  const rounds = {
    clock,
    renew: more.renew ?? (async () => true),
    async attempt(open: readonly Row[], signal: AbortSignal) {
      const round = seen.push(open.map((row) => [row.rowNumber, row.isMaybeTaken] as const))
      if (answers(round) === 0) await clock.sleep(3_600_000, signal)
      return new Map(
        open.map((row, n) => [row.rowNumber, n < answers(round) ? ({ status: 'written' } as const) : left])
      )
    },
    isEnough: more.isEnough ?? (() => false)
  }
  const run = (deadlineMs = 600_000) => untilAnswered(rounds, rows, results, clock.deadline(deadlineMs))
  return { clock, seen, results, run }
}

describe('rows that a round left', () => {
  it('have no result meanwhile, where attempts put theirs among the results themselves', async () => {
    const clock = virtualClock()
    const results = new Map<number, RowResult>()
    const seen: number[][] = []
    const attempt = async (open: readonly Row[]) => {
      seen.push(open.map(({ rowNumber }) => rowNumber))
      expect(open.some(({ rowNumber }) => results.has(rowNumber))).toBe(false)
      for (const [n, { rowNumber }] of open.entries())
        results.set(rowNumber, n === 0 ? { status: 'written' } : left)
      return results
    }
    const rounds = { clock, renew: async () => true, attempt, isEnough: () => false }
    expect(await untilAnswered(rounds, rows, results, clock.deadline(600_000))).toMatchObject({
      kind: 'answered'
    })
    expect(seen).toEqual([[0, 1, 2], [1, 2], [2]])
    expect([...results.values()]).toEqual(rows.map(() => ({ status: 'written' })))
  })

  it('go into the next one as rows that may be in the table, until every row has its answer', async () => {
    const { run, seen, results } = world(() => 1)
    expect(await run()).toMatchObject({ kind: 'answered', open: [] })
    expect(seen).toEqual([
      [
        [0, false],
        [1, false],
        [2, false]
      ],
      [
        [1, true],
        [2, true]
      ],
      [[2, true]]
    ])
    expect([...results.keys()]).toEqual([0, 1, 2])
  })

  it('are told with what the last attempt said of them, when no further one helps', async () => {
    const { run, results } = world(() => 1, { isEnough: () => true })
    const end = await run()
    expect(end).toMatchObject({ kind: 'enough', open: [{ rowNumber: 1 }, { rowNumber: 2 }] })
    expect(end.last.get(1)).toEqual(left)
    expect(results.size).toBe(1)
  })
})

describe('a round', () => {
  it('ends in time for the lease to be renewed, however long the table takes', async () => {
    const { run, clock, seen } = world((round) => (round <= 2 ? 0 : 3))
    expect((await run()).kind).toBe('answered')
    expect(seen).toHaveLength(3)
    expect(clock.passed()).toBeGreaterThanOrEqual(2 * roundMs)
    expect(clock.passed()).toBeLessThan(2.5 * roundMs)
  })

  it('is the last at the deadline', async () => {
    const { run, clock } = world(() => 0)
    expect(await run(5_000)).toMatchObject({ kind: 'deadline', open: { length: 3 } })
    expect(clock.passed()).toBe(5_000)
  })

  it("is not begun when the rows are somebody else's by now", async () => {
    const { run, seen } = world(() => 1, { renew: async () => seen.length === 0 })
    expect(await run()).toMatchObject({ kind: 'lost', open: { length: 2 } })
    expect(seen).toHaveLength(1)
  })
})
