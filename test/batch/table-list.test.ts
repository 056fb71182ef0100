import { describe, expect, it } from 'vitest'
import { tableList } from '../../api/batch/table-list.ts'

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
