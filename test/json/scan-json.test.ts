import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonTextError, parseJson } from '../../api/json/json-text.ts'
import { scanJson } from '../../api/json/scan-json.ts'

const isJson = (text: string): boolean => {
  try {
    parseJson(text)
    return true
  } catch (error) {
    if (error instanceof JsonTextError) return false
    throw error
  }
}

/** The whole text is one value, white space around it. */
const isScanned = (text: string): boolean => {
  const bytes = Buffer.from(`${text}"]}1`)
  const end = bytes.length - 4
  const after = scanJson(bytes, 0, end)
  return after >= 0 && /^[ \t\r\n]*$/.test(bytes.toString('utf8', after, end))
}

/** Pieces of JSON, so that many texts are nearly JSON and some are. */
const pieces = fc.array(
  fc.oneof(
    fc.constantFrom(
      ...'[]{},:"'.split(''),
      '"a"',
      '"\\u00e9"',
      '"\\"',
      '\\',
      ' ',
      '\n',
      '\t',
      '\u00a0',
      '\u0001'
    ),
    fc.constantFrom('0', '-', '1', '01', '.', '1.5', 'e', '1e5', '1E+2', 'true', 'false', 'null', 'nul'),
    fc.constantFrom('NaN', 'inf', '-Infinity', 'undefined', 'NA', '"a":', '"é"', '\\u12', '"\\ud83d"')
  ),
  { maxLength: 8 }
)

describe('scanJson', () => {
  it('takes what the parser takes, and nothing else', () =>
    fc.assert(
      fc.property(
        pieces.map((some) => some.join('')),
        (text) => {
          expect([text, isScanned(text)]).toEqual([text, isJson(text)])
        }
      ),
      { numRuns: 5_000 }
    ))

  it('takes what JSON.stringify makes, with white space anywhere', () =>
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('', ' ', '\r\n\t'), (value, space) => {
        expect(isScanned(space + JSON.stringify(value, undefined, space) + space)).toBe(true)
      })
    ))

  it.each(['"a', '[1', '{"a":1', 'tru', '-', '1', '"\\u00', '"\\'])(
    'never reads beyond the end: %s',
    (text) => {
      const bytes = Buffer.from(`${text}111"]}ue"`)
      expect(scanJson(bytes, 0, text.length)).toBe(text === '1' ? 1 : -1)
    }
  )

  it('nests as deep as the text does', () => {
    const deep = '[{"a":'.repeat(100_000)
    expect(isScanned(`${deep}1${'}]'.repeat(100_000)}`)).toBe(true)
    expect(isScanned(`${deep}1${']}'.repeat(100_000)}`)).toBe(false)
  })
})
