import { describe, expect, it } from 'vitest'
import { readBulkOptions } from '../../api/load/bulk-options.ts'
import { bulkOptionNotes, optionNotes, type rowOptionsSchema } from '../../api/plan/row-options-schema.ts'
import { budgetOf } from '../../api/write/budget.ts'
import { json, plan, row, type Sent, tableOf } from '../support/rows.ts'
import { compareRoads } from '../support/two-roads.ts'

type RowOption = keyof typeof rowOptionsSchema.shape

/**
 * A row and a value of each option with which it is planned otherwise than without. An option that is not here does
 * not compile; one that is accepted and does nothing fails.
 */
const examples: Readonly<
  Record<RowOption, readonly [item: Sent, value: unknown, more?: Readonly<Record<string, unknown>>]>
> = {
  mode: [{ id: 'a', n: 1 }, 'update'],
  version: [{ id: 'a', n: 1 }, 'n'],
  tombstone: [
    { id: 'a', n: 1 },
    { attribute: 'gone', days: 1 },
    { mode: 'delete', version: 'n' }
  ],
  if: [{ id: 'a' }, 'absent'],
  nulls: [{ id: 'a', n: null }, 'omit'],
  names: [{ id: 'a', BIG: 1 }, 'lower'],
  rename: [{ id: 'a', n: 1 }, { n: 'm' }],
  types: [{ id: 'a', n: 1 }, { n: 'S' }],
  keys: [{ id: 'a', n: 1 }, { id: 'N#{n}' }],
  ttl: [{ id: 'a' }, { attribute: 'until', days: 1 }],
  stamp: [{ id: 'a' }, 'from'],
  skip_unchanged: [{ id: 'a' }, true],
  dry_run: [{ id: 'a' }, true],
  non_finite: ['{"id":"a","n":NaN}', 'null'],
  trail: [{ id: 'a' }, true],
  max_wcu: [{ id: 'a' }, 7],
  max_share: [{ id: 'a' }, 50]
}

/** A plan as text, maps and sets as what they hold. */
const shown = (rows: Parameters<typeof plan>[0]): string =>
  JSON.stringify(
    [plan(rows), budgetOf(rows.map(([item, options], n) => row(n, item, options)))],
    (_, value) => (value instanceof Map || value instanceof Set ? [...value] : value)
  )

describe('every row option', () => {
  it('is one of those in the README', () => {
    expect(Object.keys(examples).toSorted()).toEqual(Object.keys(optionNotes).toSorted())
  })

  it.each(Object.entries(examples))('%s changes how a row is planned', (name, [item, value, more = {}]) => {
    expect(shown([[item, { ...more, [name]: value }]])).not.toBe(shown([[item, more]]))
  })

  it.each(Object.entries(examples))(
    '%s does the same to a row that is read straight into DynamoDB’s JSON',
    (name, [item, value, more]) => {
      const { options } = row(0, item, { ...more, [name]: value })
      const text = typeof item === 'string' ? item : JSON.stringify(item)
      expect(compareRoads({ text, options, table: tableOf() }).difference).toBeUndefined()
    }
  )
})

describe('every option of a bulk load', () => {
  it('is read', () => {
    const values: Readonly<Record<keyof typeof bulkOptionNotes, unknown>> = {
      format: { type: 'csv' },
      engine: 'bulk_put'
    }
    const none = JSON.stringify(readBulkOptions(null))
    for (const name of Object.keys(bulkOptionNotes) as (keyof typeof bulkOptionNotes)[])
      expect(JSON.stringify(readBulkOptions(json({ [name]: values[name] }))), name).not.toBe(none)
  })
})
