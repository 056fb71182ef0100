import { describe, expect, it } from 'vitest'
import { Flaw, named, rejectCodes, rejected, rowStatuses } from '../../api/plan/row-result.ts'

describe('the public contract', () => {
  it('has nine statuses', () => {
    expect(rowStatuses).toEqual([
      'written',
      'deleted',
      'superseded',
      'stale',
      'condition_failed',
      'unchanged',
      'valid',
      'rejected',
      'unprocessed'
    ])
  })

  it('has twelve reject codes', () => {
    expect(rejectCodes).toEqual([
      'missing_key',
      'invalid_key',
      'key_type',
      'unsupported_value',
      'number_out_of_range',
      'item_too_large',
      'duplicate_attribute',
      'invalid_options',
      'unknown_table',
      'table_not_allowed',
      'not_an_object',
      'unreadable_row'
    ])
  })

  it('answers a flaw with its code and its message', () => {
    expect(rejected(new Flaw('missing_key', 'key id is NULL'))).toEqual({
      status: 'rejected',
      code: 'missing_key',
      message: 'key id is NULL'
    })
  })
})

describe('a name in a message', () => {
  it('stays whole up to 60 characters', () => {
    expect(named('x'.repeat(60))).toBe('x'.repeat(60))
    expect(named('x'.repeat(61))).toBe(`${'x'.repeat(57)}...`)
  })

  it('is Unicode text whatever it was', () => {
    expect(named('a\ud800b')).toBe('a\ufffdb')
    expect(named(`${'x'.repeat(56)}${'😀'.repeat(9)}`)).toBe(`${'x'.repeat(56)}...`)
  })
})
