import { describe, expect, it } from 'vitest'
import { nearest } from '../../api/json/nearest.ts'

const known = ['mode', 'version', 'nulls', 'names', 'types']

describe('the word that was probably meant', () => {
  it.each([
    ['mod', 'mode'],
    ['MODE', 'mode'],
    ['vresion', 'version'],
    ['verson', 'version'],
    ['null', 'nulls'],
    ['name', 'names'],
    ['type', 'types']
  ])('for %s is %s', (word, meant) => expect(nearest(word, known)).toBe(meant))

  it('is the nearest of several', () => {
    expect(nearest('nales', ['nulls', 'names'])).toBe('names')
  })

  it('is none when nothing is near', () => {
    expect(nearest('compression', known)).toBeUndefined()
    expect(nearest('', known)).toBeUndefined()
    expect(nearest('version'.repeat(10_000), known)).toBeUndefined()
  })

  it('may be further off in a longer word', () => {
    expect(nearest('skip_unchang', ['skip_unchanged'])).toBe('skip_unchanged')
    expect(nearest('skipunchange', ['skip_unchanged'])).toBe('skip_unchanged')
    expect(nearest('abcd', ['axyz'])).toBeUndefined()
  })
})
