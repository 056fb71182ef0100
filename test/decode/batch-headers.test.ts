import { describe, expect, it } from 'vitest'
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
    expect(readBatchHeaders({ 'sf-custom-push-tables': ['orders', 'events'] }).pushTables).toBe(
      'orders,events'
    )
  })
})
