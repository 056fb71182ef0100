import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const folder = new URL('../../sql/', import.meta.url)
const procedures = globSync('80_sync_procedures/*.sql', { cwd: folder.pathname }).map((path) => ({
  path,
  text: readFileSync(new URL(path, folder), 'utf8')
}))

describe('the procedures of syncs', () => {
  it('never push in a SELECT whose answers nobody keeps', () => {
    const pushing = procedures.filter(({ text }) => /\bpush_to_dynamo\(/.test(text.replace(/^\s*--.*$/gm, '')))
    expect(pushing.length).toBeGreaterThan(1)
    for (const { path, text } of pushing) {
      const calls = text.replace(/^\s*--.*$/gm, '').split(/\bpush_to_dynamo\(/)
      for (const [at, before] of calls.slice(0, -1).entries()) {
        const statement = before.slice(before.lastIndexOf(';'))
        const isKept = /insert into dynamo_sync_(results|findings)/i.test(statement)
        const isDry = /^[^;]*'dry_run', true/.test(calls[at + 1] ?? '')
        expect(isKept || isDry, path).toBe(true)
      }
    }
  })
})
