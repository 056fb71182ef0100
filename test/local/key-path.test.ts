import { join, relative } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyPath, partOf } from '../../api/local/key-path.ts'

const part = fc.oneof(
  fc.constantFrom('', '.', '..', 'a', 'a.b', '%', '%2E', '%work', 'e\u0301', 'é'),
  fc.string({ unit: 'binary', maxLength: 12 })
)
const key = fc
  .array(part, { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('/'))
  .filter((text) => text.length > 0 && text.isWellFormed())

const keyOf = (names: readonly string[]) =>
  names.map((name, at) => partOf(name, at < names.length - 1)).join('/')

describe('the path of a key', () => {
  it.each([
    ['rejected/run-1/a.ndjson.gz', 'rejected/run-1/a.ndjson.gz'],
    ['unload/run/data_0', 'unload/run/data_0%'],
    ['v1.2/a.csv', 'v1%2E2/a.csv'],
    ['../a.csv', '%2E%2E/a.csv'],
    ['/etc/passwd', '%%/etc/passwd%'],
    ['a/', 'a/%'],
    ['é.csv', 'é.csv'],
    ['e\u0301.csv', 'e%CC%81.csv']
  ])('of %s is %s', (text, path) => {
    expect(keyPath(text).join('/')).toBe(path)
  })

  it('leads back to the key, stays below the folder and out of its work folder', () =>
    fc.assert(
      fc.property(key, (text) => {
        const names = keyPath(text)
        expect(keyOf(names)).toBe(text)
        expect(names.some((name) => name.includes('/') || name.includes('\0') || name === '%work')).toBe(
          false
        )
        expect(relative('/bucket', join('/bucket', ...names)).split('/')).toEqual(names)
      }),
      { numRuns: 500 }
    ))

  it('is never a file for one key and a folder for another', () =>
    fc.assert(
      fc.property(key, part, (text, below) => {
        fc.pre(below.isWellFormed())
        const file = keyPath(text)
        const folder = keyPath(`${text}/${below}`).slice(0, file.length)
        expect(folder.join('/')).not.toBe(file.join('/'))
      }),
      { numRuns: 500 }
    ))
})
