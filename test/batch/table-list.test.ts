import { describe, expect, it } from 'vitest'
import { narrowedBy, tableList } from '../../api/batch/table-list.ts'

describe('an allow-list', () => {
  it.each([
    ['orders', 'orders', true],
    ['orders', 'Orders', false],
    ['orders, customer_*', 'customer_spend', true],
    ['customer_*', 'a_customer_spend', false],
    ['a.b', 'axb', false],
    ['*', 'anything', true]
  ])('%s: %s is %s', (list, table, isAllowed) => {
    expect(tableList(list)(table)).toBe(isAllowed)
  })

  it.each(['*', 'push_*', 'push_to_dynamo_ledger'])('%s never means the ledger', (list) => {
    expect(tableList(list)('push_to_dynamo_ledger')).toBe(false)
  })
})

describe('what a list says of a table that is not on it', () => {
  const { hint } = tableList('orders,customer_*,Events', undefined, '--table name=key:T makes one here')

  it('is the table that was meant, by its case or its letters, and how to have one', () => {
    expect(hint?.('ORDERS')).toBe('; orders is: names differ by case')
    expect(hint?.('ordrs')).toBe('; did you mean orders? --table name=key:T makes one here')
    expect(hint?.('quite_another')).toBe('; --table name=key:T makes one here')
  })

  it('is nothing where a function narrows the list: it must not tell of other tables', () => {
    expect(narrowedBy(tableList('orders,events'), 'orders').hint).toBeUndefined()
  })
})
