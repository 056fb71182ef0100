import { describe, expect, it } from 'vitest'
import { checkHeaders } from '../../../api/local/snowflake-caller/header-rules.ts'

describe('what CREATE EXTERNAL FUNCTION takes', () => {
  it('takes constants and context functions', () => {
    expect(() =>
      checkHeaders({ CURRENT_USER: 'x', current_role: 'y' }, { 'push-tables': 'a b' })
    ).not.toThrow()
  })

  it.each(['push_tables', 'push tables', 'push:tables', 'täbles', ''])(
    'refuses a header named %j',
    (name) => {
      expect(() => checkHeaders({}, { [name]: 'orders' })).toThrow('HEADERS')
    }
  )

  it.each(['a  b', 'ä', 'a\nb'])('refuses the value %j', (value) => {
    expect(() => checkHeaders({}, { 'push-tables': value })).toThrow("the value of 'push-tables'")
  })

  it('refuses over 8 KB of names and values', () => {
    expect(() => checkHeaders({}, { a: 'x'.repeat(8191) })).not.toThrow()
    expect(() => checkHeaders({}, { a: 'x'.repeat(8192) })).toThrow('8193 bytes')
  })

  it('refuses what is not a context function', () => {
    expect(() => checkHeaders({ CURRENT_MOOD: 'good' }, {})).toThrow('CURRENT_MOOD')
  })
})
