import { describe, expect, it } from 'vitest'
import { isSameSchema } from '../../api/plan/target-table.ts'
import { tableOf } from '../support/rows.ts'

describe('two readings of a table', () => {
  it('plan the same way when their keys are the same', () => {
    expect(
      isSameSchema(tableOf({ id: 'S' }, { g: 'N' }), { ...tableOf({ id: 'S' }, { g: 'N' }), name: 'other' })
    ).toBe(true)
  })

  it('do not when a key has another name, type or place', () => {
    const table = tableOf({ a: 'S', b: 'S' }, { g: 'N' })
    for (const other of [
      tableOf({ a: 'S' }, { g: 'N' }),
      tableOf({ b: 'S', a: 'S' }, { g: 'N' }),
      tableOf({ a: 'S', b: 'N' }, { g: 'N' }),
      tableOf({ a: 'S', b: 'S' }, { g: 'S' }),
      tableOf({ a: 'S', b: 'S' })
    ])
      expect(isSameSchema(table, other)).toBe(false)
  })
})
