import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const folder = new URL('../../sql/80_sync_procedures/', import.meta.url)
const names = readdirSync(folder)
const textOf = (name: string): string => readFileSync(new URL(name, folder), 'utf8')

describe('the procedures of syncs', () => {
  it.each(names)('%s makes the one object that it is named after, in less than 150 lines', (name) => {
    const text = textOf(name)
    expect(text.split('\n').length).toBeLessThan(150)
    const made = [
      ...text.matchAll(/create or replace (?:procedure|function|task) <% database %>\.<% schema %>\.(\w+)/g)
    ]
    expect(made.map(([, object]) => object)).toEqual([name.replace(/^\d+_|\.sql$/g, '')])
  })

  it('call the service in one statement each, alone in its column of an INSERT: what reads the answers must not call again', () => {
    const calling = names.filter((name) => /\b(push_to|get_from)_dynamo\(/.test(textOf(name)))
    expect(calling).toEqual([
      '820_check_dynamo_target.sql',
      '829_check_dynamo_key.sql',
      '833_push_dynamo_sync.sql',
      '838_compare_dynamo_rows.sql'
    ])
    for (const name of calling.slice(2))
      expect(textOf(name)).toMatch(/insert into[\s\S]{0,600}push_to_dynamo\(/)
  })

  it('end each transaction of a run with the fence, so that a run that was passed over changes nothing', () => {
    const changing = names.filter((name) => /^ +commit;/m.test(textOf(name)))
    expect(changing.length).toBeGreaterThan(5)
    for (const name of changing) {
      const [body = ''] = textOf(name).split(/^ +commit;/m)
      const last = body.slice(body.lastIndexOf('begin transaction'))
      expect(last, name).toMatch(/call keep_dynamo_hold|held_by = :hold|delete from dynamo_sync_definitions/)
    }
  })

  it('leave nothing to a temporary table, which a procedure with its owner’s rights may not make everywhere', () => {
    for (const name of names) expect(textOf(name), name).not.toMatch(/create (or replace )?temp/i)
  })

  it('lock no table while they read a source: a stream, the source itself and the load’s files are read by INSERT', () => {
    for (const name of ['822_read_dynamo_stream.sql', '823_read_dynamo_source.sql'])
      expect(textOf(name)).not.toMatch(/\b(update|delete from|merge)\b/)
  })
})
