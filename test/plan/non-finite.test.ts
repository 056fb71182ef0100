import { describe, expect, it } from 'vitest'
import { content, reject, write } from '../support/rows.ts'

const words = [
  ['NaN', 'NaN'],
  ['nan', 'NaN'],
  ['inf', 'Infinity'],
  ['-inf', '-Infinity'],
  ['Infinity', 'Infinity'],
  ['-Infinity', '-Infinity']
] as const

describe.each(words)('the bare word %s', (word, text) => {
  it.each([`${word}`, `[1,${word}]`, `{"m":{"n":${word}}}`])('is rejected by default: %s', (value) => {
    expect(reject(`{"id":"x","n":${value}}`)).toMatchObject({
      status: 'rejected',
      code: 'unsupported_value',
      message: 'attribute n is NaN or infinite, which DynamoDB does not hold: use option non_finite'
    })
  })

  it.each([
    ['null', { NULL: true }, { L: [{ N: '1' }, { NULL: true }] }, { M: { k: { NULL: true } } }],
    ['text', { S: text }, { L: [{ N: '1' }, { S: text }] }, { M: { k: { S: text } } }],
    ['omit', undefined, { L: [{ N: '1' }] }, { M: {} }]
  ])('with non_finite %s', (choice, n, list, map) => {
    const made = write(`{"id":"x","n":${word},"l":[1,${word}],"m":{"k":${word}}}`, { non_finite: choice })
    expect(content(made)).toEqual({ id: { S: 'x' }, ...(n && { n }), l: list, m: map })
  })

  it('counts as text where it is in quotes, unless the column is to be a number', () => {
    expect(content(write({ id: 'x', n: word }))).toMatchObject({ n: { S: word } })
    expect(reject({ id: 'x', n: word }, { types: { n: 'N' } })).toMatchObject({ code: 'unsupported_value' })
    const asNumber = (choice: string) =>
      content(write({ id: 'x', n: word }, { types: { n: 'N' }, non_finite: choice }))
    expect(asNumber('text')).toMatchObject({ n: { S: text } })
    expect(asNumber('null')).toMatchObject({ n: { NULL: true } })
    expect(asNumber('omit')).toEqual({ id: { S: 'x' } })
  })

  it('is found in text that holds JSON', () => {
    const options = { types: { l: 'L' }, non_finite: 'null' }
    expect(content(write({ id: 'x', l: `[${word}]` }, options))).toMatchObject({ l: { L: [{ NULL: true }] } })
  })
})

describe('non_finite', () => {
  it.each(['reject', 'null', 'omit', 'text'])('never lets undefined pass: %s', (choice) => {
    expect(reject('{"id":"x","n":[undefined]}', { non_finite: choice })).toMatchObject({
      code: 'unsupported_value',
      message: 'attribute n is undefined, which is no value'
    })
  })

  it('goes before nulls and keys', () => {
    expect(content(write('{"id":"x","n":NaN}', { non_finite: 'null', nulls: 'omit' }))).toEqual({
      id: { S: 'x' }
    })
    const keys = { keys: { id: 'N#{n}' } }
    expect(reject('{"n":NaN}', { ...keys, non_finite: 'null' })).toMatchObject({ code: 'missing_key' })
    expect(content(write('{"n":inf}', { ...keys, non_finite: 'text' }))).toMatchObject({
      id: { S: 'N#Infinity' }
    })
    expect(reject('{"id":NaN}', { non_finite: 'omit' })).toMatchObject({ code: 'missing_key' })
  })

  it('keeps a name that stands twice a reason to reject', () => {
    expect(reject('{"id":"x","n":NaN,"n":1}', { non_finite: 'omit' })).toMatchObject({
      code: 'duplicate_attribute'
    })
    expect(reject('{"id":"x","m":{"n":NaN,"n":1}}', { non_finite: 'omit' })).toMatchObject({
      code: 'duplicate_attribute'
    })
  })
})

describe('a value that is nested too deep', () => {
  it.each([32, 63, 64, 65, 10_000])('costs its row: %i levels', (levels) => {
    expect(reject(`{"id":"x","n":${'['.repeat(levels)}${']'.repeat(levels)}}`)).toMatchObject({
      code: 'unsupported_value',
      message: "attribute n is nested deeper than DynamoDB's 32 levels"
    })
  })

  it('is held up to 32 levels', () => {
    expect(reject(`{"id":"x","n":${'['.repeat(31)}${']'.repeat(31)}}`)).toBeUndefined()
  })
})
