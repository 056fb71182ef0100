import { describe, expect, it } from 'vitest'
import { complete } from '../../../api/local/prompt/complete.ts'

const names = {
  tables: new Map([
    ['CUSTOMERS', ['CUSTOMER_ID', 'CITY']],
    ['ORDERS', ['ORDER_ID']]
  ]),
  functions: ['DATEADD', 'PUSH_TO_DYNAMO']
}
const hits = (line: string, before = ''): readonly string[] =>
  complete({ line, before, names, tables: ['customer_spend', 'flights'] })[0]

describe('Tab', () => {
  it.each([
    ['sel', ['select']],
    ['SEL', ['SELECT']],
    ['select * from cus', ['customers']],
    ['select customers.ci', ['city']],
    ['select dat', ['date', 'dateadd']],
    ["select push_to_dynamo('cus", ["customer_spend'"]],
    ["select push_to_dynamo('flights', object_construct(*), object_construct('ver", ["version'"]],
    ['!he', ['!help']],
    ['', []]
  ])('%j offers %j', (line, offered) => {
    expect(hits(line)).toEqual(offered)
  })

  it('offers the columns of the tables that the statement names, on its earlier lines too', () => {
    expect(hits('where ci', 'select * from customers')).toEqual(['city'])
    expect(hits('where ci')).toEqual([])
  })
})
