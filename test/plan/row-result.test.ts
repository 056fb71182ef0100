import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Flaw, named, rejectCodes, rejected, rowStatuses } from '../../api/plan/row-result.ts'

const root = new URL('../../', import.meta.url)

/** What the READMEs tell a user; the code may not know another status or code, nor lack one. */
const readme = ['README.md', 'sql/README.md']
  .map((name) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'))
  .join('\n\n')
const told = (pattern: RegExp): string[] =>
  [...new Set([...readme.matchAll(pattern)].map(([, name = '']) => name))].toSorted()

describe('the public contract', () => {
  it('is the statuses that the README explains, each on a line of its own', () => {
    expect(rowStatuses.toSorted()).toEqual(told(/^\{"status":"(\w+)"/gm))
  })

  it('is the reject codes of its table', () => {
    const [, table = ''] = readme.split('| code |')
    const [rows = ''] = table.split('\n\n')
    const codes = [...rows.matchAll(/^\| `(\w+)`/gm)].map(([, code = '']) => code)

    expect(rejectCodes.toSorted()).toEqual(codes.toSorted())
  })

  it('is what the SQL of syncs and audit counts: a file that tells most statuses tells all', () => {
    const forgotten = globSync('sql/**/*.sql', { cwd: root.pathname }).flatMap((file) => {
      const text = readFileSync(new URL(file, root), 'utf8')
      const missing = rowStatuses.filter((status) => !new RegExp(`\\b${status}\\b`).test(text))
      // Syncs make no dry run, and count a failed condition among what was rejected.
      const isList = missing.length < rowStatuses.length / 2
      return isList && missing.some((status) => status !== 'valid' && status !== 'condition_failed')
        ? [`${file}: ${missing}`]
        : []
    })
    expect(forgotten).toEqual([])
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
