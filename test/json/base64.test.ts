import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { base64Bytes, base64Text } from '../../api/json/base64.ts'

describe('base64', () => {
  it('gives back any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(base64Bytes(base64Text(bytes))).toEqual(bytes)
      })
    )
  })

  it('may be empty', () => {
    expect(base64Bytes('')).toEqual(new Uint8Array())
  })

  it('may have the size of a whole batch', () => {
    const text = 'aGVs'.repeat(2_500_000)
    expect(base64Bytes(text)?.byteLength).toBe(7_500_000)
    expect(base64Bytes(`${text}aG_=`)).toBeUndefined()
  })

  it.each(['a', 'aGk', 'aGk=a', 'a===', '====', 'ab=c', '=aGk', 'aG k=', 'aGk=\n', 'aG_-', 'aGé='])(
    'is not %j',
    (text) => expect(base64Bytes(text)).toBeUndefined()
  )
})
