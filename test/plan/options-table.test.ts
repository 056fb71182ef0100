import { describe, expect, it } from 'vitest'
import { Flaw, rejected } from '../../api/plan/row-result.ts'
import {
  answerIn,
  attributeNames,
  type OptionsCell,
  optionsCells,
  sentIn,
  storedAfter,
  storedBefore
} from '../support/options-table.ts'
import { content, planned, tableOf } from '../support/rows.ts'

const plan = (cell: OptionsCell, fit: 'good' | 'bad') => {
  const { item, options } = sentIn(cell, fit)
  return planned(item, options, tableOf({ [attributeNames[cell.names].key]: 'S' }))
}

describe.each(optionsCells)('mode $mode, nulls $nulls, names $names, types $type', (cell) => {
  it('plans the effect on the stored item that the options say', () => {
    const made = plan(cell, 'good')
    if (made instanceof Flaw) throw new Error(made.message)
    const { kind } = made.action
    const after = { ...(kind === 'update' ? storedBefore(cell) : {}), ...content(made) }
    if (made.action.kind === 'update') for (const name of made.action.remove) delete after[name]

    expect(kind).toBe(cell.mode)
    expect(made.rows[0]?.done).toBe(answerIn(cell, 'good').status)
    expect(kind === 'delete' ? undefined : after).toEqual(storedAfter(cell))
  })

  it('rejects a value that does not fit, unless it only deletes', () => {
    const made = plan(cell, 'bad')

    expect(made instanceof Flaw ? rejected(made) : { status: made.rows[0]?.done }).toMatchObject(
      answerIn(cell, 'bad')
    )
  })
})
