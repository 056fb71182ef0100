import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fillKeyTemplate, readKeyTemplate } from '../../api/plan/key-template.ts'
import { jsonObject, type Sent } from '../support/rows.ts'

const filled = (template: string, row: Sent) => {
  const read = readKeyTemplate(template)
  return read && fillKeyTemplate(read, jsonObject(row))
}

describe('a key built from columns', () => {
  it('puts the columns as sent in their places', () => {
    expect(filled('ORDER#{YEAR}#{ID}!', { ID: 'x{y}', YEAR: 2026 })).toEqual({ text: 'ORDER#2026#x{y}!' })
  })

  it('may be one column, or no column at all', () => {
    expect(filled('{ID}', { ID: 'a' })).toEqual({ text: 'a' })
    expect(filled('PROFILE', {})).toEqual({ text: 'PROFILE' })
    expect(filled('', {})).toEqual({ text: '' })
  })

  it('keeps the digits of a number, and takes a boolean as text', () => {
    expect(filled('{N}/{B}', '{"N":1.10,"B":true}')).toEqual({ text: '1.10/true' })
    expect(filled('{N}', '{"N":99999999999999999999999999999999999999}')).toEqual({ text: '9'.repeat(38) })
  })

  it('takes the name of a column to the letter', () => {
    expect(filled('{id}', { ID: 'a' })).toEqual({ missing: 'id' })
    expect(filled('{ a b }', { ' a b ': 'x' })).toEqual({ text: 'x' })
    expect(filled('{__proto__}', {})).toEqual({ missing: '__proto__' })
  })

  it('names the column that is missing or NULL', () => {
    expect(filled('{A}{B}', { A: 'x', B: null })).toEqual({ missing: 'B' })
  })

  it('names the column that is no plain value', () => {
    expect(filled('{A}', { A: {} })).toEqual({ unfit: 'A' })
    expect(filled('{A}', { A: [] })).toEqual({ unfit: 'A' })
  })

  it.each(['{', '}', '{}', 'a{b', 'a}b', '{{a}}', '{a}}'])('is refused with a stray brace: %s', (template) =>
    expect(readKeyTemplate(template)).toBeUndefined()
  )

  it('puts together again what it was cut into', () => {
    const part = fc.string().map((text) => text.replace(/[{}]/g, ''))
    fc.assert(
      fc.property(part, fc.array(fc.tuple(part.filter(Boolean), fc.string(), part)), (first, rest) => {
        const template = first + rest.map(([column, , after]) => `{${column}}${after}`).join('')
        const values = new Map(rest.map(([column, value]) => [column, value]))
        const text = first + rest.map(([column, , after]) => values.get(column) + after).join('')
        expect(filled(template, Object.fromEntries(values))).toEqual({ text })
      })
    )
  })
})
