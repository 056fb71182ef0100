import { describe, expect, it } from 'vitest'
import { narrowedBy } from '../../api/batch/table-list.ts'
import { readBatchHeaders } from '../../api/decode/batch-headers.ts'

describe('the headers of a batch', () => {
  it('tell batch and query', () => {
    const headers = {
      'sf-external-function-query-batch-id': '01a2:0:1',
      'sf-external-function-current-query-id': '01a2'
    }
    expect(readBatchHeaders(headers)).toMatchObject({ batchId: '01a2:0:1', queryId: '01a2' })
  })

  it('tell who calls by the base64 twin, because the plain one loses what HTTP does not carry', () => {
    const headers = {
      'sf-context-current-user': 'J RG',
      'sf-context-current-user-base64': Buffer.from('JÖRG').toString('base64'),
      'sf-context-current-role': 'LOADER',
      'sf-context-current-account': 'AB12345'
    }
    expect(readBatchHeaders(headers)).toMatchObject({ user: 'JÖRG', role: 'LOADER', account: 'AB12345' })
  })

  it('may all be missing or empty, for another client', () => {
    const none = {
      batchId: undefined,
      queryId: undefined,
      user: undefined,
      role: undefined,
      account: undefined,
      pushTables: undefined
    }
    expect(readBatchHeaders({})).toEqual(none)
    expect(readBatchHeaders({ 'sf-external-function-query-batch-id': '' })).toEqual(none)
  })
})

describe('the allow-list of a function', () => {
  it('is its header push-tables', () => {
    expect(readBatchHeaders({ 'sf-custom-push-tables': 'orders,events' }).pushTables).toBe('orders,events')
  })

  it('stays an allow-list when it is empty or sent twice: never all tables', () => {
    expect(readBatchHeaders({ 'sf-custom-push-tables': '' }).pushTables).toBe('')
    const twice = readBatchHeaders({ 'sf-custom-push-tables': ['orders', 'events'] }).pushTables
    expect(['orders', 'events'].filter(narrowedBy(() => true, twice))).toEqual([])
  })

  it.each([
    [['orders,events', 'events,others'], ['events']],
    [['orders', '*'], ['orders']],
    [['orders', ''], []],
    [['orders&events'], []]
  ])('sent as %j narrows, never widens: %j are left', (lists, left) => {
    const raw = lists.flatMap((list) => ['Sf-Custom-Push-Tables', list])
    const joined = { 'sf-custom-push-tables': lists.join(', ') }
    const { pushTables } = readBatchHeaders(joined, raw)

    expect(['orders', 'events', 'others'].filter(narrowedBy(() => true, pushTables))).toEqual(left)
  })
})
