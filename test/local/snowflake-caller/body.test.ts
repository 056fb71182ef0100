import { describe, expect, it } from 'vitest'
import { bodyOf } from '../../../api/local/snowflake-caller/body.ts'

describe('the body of a batch', () => {
  it('is one row a line, with row numbers from 0', () => {
    expect(
      bodyOf([
        ['"orders"', '{"ID":1}'],
        ['"orders"', 'null']
      ])
    ).toBe('{\n"data":[\n[0,"orders",{"ID":1}],\n[1,"orders",null]\n]\n}')
  })

  it('keeps numbers as SQL gave them', () => {
    expect(bodyOf([['12345678901234567890123456789012345678', '1.10']])).toContain(
      '[0,12345678901234567890123456789012345678,1.10]'
    )
  })
})
