import { expect, it } from 'vitest'
import { dryTally } from '../../api/plan/dry-tally.ts'
import { planWrites } from '../../api/plan/plan-writes.ts'
import type { RowResult } from '../../api/plan/row-result.ts'
import type { TargetTable } from '../../api/plan/target-table.ts'
import { context, row, tableOf } from '../support/rows.ts'

/** Two updates of one item by key `id`, of two by `id` and `part`. */
const rows = ['x', 'y'].map((part, n) =>
  row(n, { id: 'a', part, [part]: 1 }, { mode: 'update', dry_run: true })
)
const [byId, byPart] = [tableOf({ id: 'S' }), tableOf({ id: 'S', part: 'S' })]

/** What is told in the end of rows that are planned for one table after another. */
const totalsOf = (...tables: readonly TargetTable[]) => {
  const tally = dryTally()
  let settled: ReadonlyMap<number, RowResult> = new Map()
  for (const table of tables)
    settled = planWrites(rows, table, context, (write) => tally.add(write, table)).settled
  return tally.totals(settled, undefined)
}

it.each<readonly [string, TargetTable, TargetTable]>([
  ['planned apart, then as one write', byPart, byId],
  ['planned as one write, then apart', byId, byPart]
])('rows of a dry run count as they were planned last: %s', (_what, first, last) => {
  expect(totalsOf(first, last)).toEqual(totalsOf(last))
  expect(totalsOf(last)?.rows).toBe(2)
})
