import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AttributeValue } from '../../api/plan/attribute.ts'
import { foldRows } from '../../api/plan/fold-rows.ts'
import type { PlannedWrite } from '../../api/plan/planned-write.ts'
import type { RowStatus } from '../../api/plan/row-result.ts'
import { write } from '../support/rows.ts'

type Stored = ReadonlyMap<string, AttributeValue> | undefined

/** A table of one item: applies one write as DynamoDB does, and says what becomes of its rows. */
const apply = (
  stored: Stored,
  { action, key, version, condition }: PlannedWrite
): [Stored, 'taken' | RowStatus] => {
  const held = version && stored?.get(version.attribute)
  if (held && !(Number(held.N) < Number(version?.value.N))) return [stored, 'stale']
  if ((condition === 'absent' && stored) || (condition === 'present' && !stored))
    return [stored, 'condition_failed']
  if (action.kind === 'put') return [action.item, 'taken']
  if (action.kind === 'delete') return [undefined, 'taken']
  const item = new Map(stored ?? key.attributes)
  for (const name of action.remove) item.delete(name)
  for (const [name, value] of action.set) item.set(name, value)
  return [item, 'taken']
}

/** Applies writes one after another; what each row is answered. */
const applyAll = (stored: Stored, writes: readonly PlannedWrite[]) => {
  const statuses = new Map<number, RowStatus>()
  let item = stored
  for (const each of writes) {
    const [next, outcome] = apply(item, each)
    item = next
    for (const { rowNumber, done } of each.rows) statuses.set(rowNumber, outcome === 'taken' ? done : outcome)
  }
  return { item, statuses }
}

const columns = fc.record(
  { x: fc.option(fc.nat({ max: 2 })), y: fc.option(fc.nat({ max: 2 })), z: fc.nat({ max: 2 }) },
  { requiredKeys: [] }
)
const mode = fc.constantFrom('put', 'update', 'update', 'delete')
const asked = (version: fc.Arbitrary<number | undefined>, condition: fc.Arbitrary<string | undefined>) =>
  fc.array(fc.tuple(columns, mode, version, condition, fc.constantFrom('keep', 'omit', 'remove')), {
    minLength: 1,
    maxLength: 7,
    size: 'max'
  })
const stored = fc.option(fc.record({ x: fc.nat({ max: 2 }), v: fc.nat({ max: 3 }) }, { requiredKeys: [] }))
const never = fc.constant(undefined)
const sometimes = fc.constantFrom(undefined, undefined, undefined, 'absent', 'present')

type Asked = typeof asked extends (...args: never) => fc.Arbitrary<infer Rows> ? Rows : never
type StoredColumns = { x?: number; v?: number } | null

const planned = (rows: Asked): PlannedWrite[] =>
  rows.map(([item, rowMode, v, condition, nulls], rowNumber) => ({
    ...write(
      { ...item, id: 'a', ...(v === undefined ? {} : { v }) },
      {
        mode: rowMode,
        nulls,
        ...(v === undefined ? {} : { version: 'v' }),
        ...(condition === undefined ? {} : { if: condition })
      }
    ),
    rows: [{ rowNumber, done: rowMode === 'delete' ? 'deleted' : 'written' }]
  }))
const storedItem = (columns: StoredColumns): Stored => {
  if (columns === null) return undefined
  const { action } = write({ ...columns, id: 'a' })
  return action.kind === 'put' ? action.item : undefined
}
const sorted = (item: Stored) => item && [...item].toSorted(([a], [b]) => (a < b ? -1 : 1))

const isSameAsOneByOne = (
  before: StoredColumns,
  rows: Asked,
  inOrder: (rows: PlannedWrite[]) => PlannedWrite[]
) => {
  const writes = planned(rows)
  const { writes: folded, superseded, flaws } = foldRows(writes)
  const oneByOne = applyAll(storedItem(before), inOrder(writes))
  const together = applyAll(storedItem(before), folded)

  expect(flaws).toEqual([])
  expect(sorted(together.item)).toEqual(sorted(oneByOne.item))
  for (const [rowNumber, status] of together.statuses) expect(status).toBe(oneByOne.statuses.get(rowNumber))
  expect([...superseded, ...together.statuses.keys()].toSorted()).toEqual(writes.map((_, n) => n))
  expect(together.statuses.size).toBeGreaterThan(0)
}

describe('any rows of one key, folded', () => {
  it('leave the item that they leave one after another, and each is answered truly', () => {
    fc.assert(
      fc.property(stored, asked(never, never), (before, rows) => {
        isSameAsOneByOne(before, rows, (writes) => writes)
        expect(foldRows(planned(rows)).writes).toHaveLength(1)
      }),
      { numRuns: 300 }
    )
  })

  it('do so with conditions, too', () => {
    fc.assert(
      fc.property(stored, asked(never, sometimes), (before, rows) => {
        isSameAsOneByOne(before, rows, (writes) => writes)
      }),
      { numRuns: 400 }
    )
  })

  it('do so when only some of them are versioned', () => {
    const version = fc.constantFrom(undefined, undefined, 0, 1, 2, 3)
    fc.assert(
      fc.property(stored, asked(version, sometimes), (before, rows) => {
        const first = rows[0]
        if (first) first[2] = undefined
        isSameAsOneByOne(before, rows, (writes) => writes)
      }),
      { numRuns: 400 }
    )
  })

  it('do so in the order of their versions when all are versioned, the later row of equal ones alone', () => {
    const byVersion = (writes: PlannedWrite[]): PlannedWrite[] => {
      const latest = new Map(writes.map((each) => [Number(each.version?.value.N), each]))
      return [...latest].toSorted(([a], [b]) => a - b).map(([, each]) => each)
    }
    fc.assert(
      fc.property(stored, asked(fc.nat({ max: 4 }), sometimes), (before, rows) => {
        isSameAsOneByOne(before, rows, byVersion)
      }),
      { numRuns: 400 }
    )
  })
})
