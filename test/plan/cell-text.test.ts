import { describe, expect, it } from 'vitest'
import { readJson } from '../../api/batch/read-row.ts'
import { JsonBytes } from '../../api/json/json-bytes.ts'
import { meantByText, type TextTerms } from '../../api/plan/cell-text.ts'
import { Flaw } from '../../api/plan/row-result.ts'
import type { AttributeType } from '../../api/plan/typed-attribute.ts'

const csv: TextTerms = { isUntyped: true, binaryFormat: undefined }
const meant = (text: string, type: AttributeType, terms: Partial<TextTerms> = csv) =>
  meantByText(text, type, 'v', { ...terms, readJson })
const hex = (text: string, terms: Partial<TextTerms>, type: AttributeType = 'B') => {
  const value = meant(text, type, terms)
  if (value instanceof Flaw) return value.message
  const members = Array.isArray(value) ? value : [value]
  return members
    .map((member) => (member instanceof JsonBytes ? Buffer.from(member.bytes).toString('hex') : member))
    .join()
}

describe('a cell that is to be bytes', () => {
  it.each([
    ['hex', 'DEADBEEF', 'deadbeef'],
    ['hex', '00fF', '00ff'],
    ['hex', '', ''],
    ['base64', 'DEADBEEF', '0c4003044105'],
    ['base64', '3q2+7w==', 'deadbeef'],
    ['utf8', 'hé', '68c3a9']
  ] as const)('is read as %s where binary_format says so: %s', (binaryFormat, text, bytes) => {
    expect(hex(text, { isUntyped: true, binaryFormat })).toBe(bytes)
    expect(hex(text, { isUntyped: false, binaryFormat })).toBe(bytes)
    expect(hex(JSON.stringify([text, text]), { isUntyped: true, binaryFormat }, 'BS')).toBe(
      `${bytes},${bytes}`
    )
  })

  it.each(['DEADBEEF', '00ff', 'CAFEBABE0102', '0A', '1234', '12345678'])(
    'and may be hexadecimal is never other bytes where nobody said: %s',
    (text) => {
      expect(hex(text, csv)).toMatch(
        /takes base64 text; COPY writes BINARY as.*binary_format: 'hex' or 'base64'/
      )
      expect(hex(JSON.stringify([text]), csv, 'BS')).toMatch(/binary_format/)
    }
  )

  it('is base64 where it can be nothing else, and outside of CSV', () => {
    expect(hex('3q2+7w==', csv)).toBe('deadbeef')
    expect(hex('', csv)).toBe('')
    expect(meant('DEADBEEF', 'B', {})).toBe('DEADBEEF')
  })

  it.each([
    ['hex', 'DEADBEE'],
    ['hex', '3q2+7w=='],
    ['base64', '3q2+7w'],
    ['utf8', '\ud800']
  ] as const)('cannot be read as %s: %s', (binaryFormat, text) => {
    expect(meant(text, 'B', { isUntyped: true, binaryFormat })).toBeInstanceOf(Flaw)
  })
})

describe('a cell that is to be BOOL', () => {
  it.each(['true', 'TRUE', 'True', 'tRuE'])('is true as %s', (text) => expect(meant(text, 'BOOL')).toBe(true))
  it.each(['false', 'FALSE', 'False'])('is false as %s', (text) => expect(meant(text, 'BOOL')).toBe(false))
  it.each(['t', '1', 'F', 'yes', ''])('is no boolean as %j', (text) => expect(meant(text, 'BOOL')).toBe(text))
  it('is as JSON says outside of CSV', () => expect(meant('TRUE', 'BOOL', {})).toBe('TRUE'))
})
