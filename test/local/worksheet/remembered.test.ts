import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openScripted } from './open-scripted.ts'

// What the worksheet remembers from one statement to the next must not be seen.

let sheet: Awaited<ReturnType<typeof openScripted>>
beforeAll(async () => {
  sheet = await openScripted()
})
afterAll(() => sheet.worksheet.close())

const returned = async (expression: string) =>
  (await sheet.run(`execute immediate $$begin return ${expression}; end$$`))[0]?.[0]

describe('an expression that was computed before', () => {
  it('of constants has its value again', async () => {
    const expression = `object_construct('a', upper('x'), 'b', parse_json('[1, 2]')[1])::varchar`
    expect([await returned(expression), await returned(expression)]).toEqual(Array(2).fill('{"a":"X","b":2}'))
  })

  it.each(['uuid_string()', 'random()', 'md5(uuid_string())', 'uniform(1, 1000000000, random())'])(
    'is thrown anew: %s',
    async (expression) => {
      expect(await returned(expression)).not.toBe(await returned(expression))
    }
  )

  it('reads its table anew', async () => {
    await sheet.run('create table counted (n int); create view seen as select count(*) as c from counted')
    for (const expression of ['(select count(*) from counted)', '(select c from seen)']) {
      await sheet.run('delete from counted')
      expect(await returned(expression)).toBe('0')
      await sheet.run('insert into counted values (1)')
      expect(await returned(expression)).toBe('1')
    }
    await sheet.run('create view counting as select n from counted; create stream changes on view counting')
    expect(await returned('(select count(*) from changes)')).toBe('0')
    await sheet.run('insert into counted values (2)')
    expect(await returned('(select count(*) from changes)')).toBe('1')
  })

  it('is written as the session says now', async () => {
    const expression = `'2026-01-31'::date::varchar`
    expect(await returned(expression)).toBe('2026-01-31')
    await sheet.run(`alter session set date_output_format = 'DD.MM.YYYY'`)
    expect(await returned(expression)).toBe('31.01.2026')
    await sheet.run('alter session unset date_output_format')
    expect(await returned(expression)).toBe('2026-01-31')
  })
})

describe('columns that were asked for before', () => {
  it('are those of the newest table, through its views, in all sessions', async () => {
    const other = await sheet.worksheet.openSession()
    const types = async (name: string) => {
      const seen: string[][] = []
      for (const session of [sheet.worksheet, other])
        await session.run(`select * from ${name}`, {
          onResult: ({ columns }) => void seen.push(columns.map((column) => `${column.name} ${column.type}`))
        })
      expect(seen[1]).toEqual(seen[0])
      return seen[0]
    }
    await sheet.run('create table base (a int); create view one as select * from base')
    await sheet.run('create view two as select one.*, 1 as more from one')
    expect(await types('base')).toEqual(['A NUMBER(38,0)'])
    expect(await types('two')).toEqual(['A NUMBER(38,0)', 'MORE NUMBER(38,0)'])
    await sheet.run('create or replace table base (a varchar, b int)')
    expect(await types('base')).toEqual(['A VARCHAR', 'B NUMBER(38,0)'])
    expect(await types('two')).toEqual(['A VARCHAR', 'MORE NUMBER(38,0)'])
    // What an expression means hangs on the type.
    await sheet.run(`insert into base values ('x', 1)`)
    expect(await sheet.run(`select object_construct('a', a) from two`)).toEqual([['{"a":"x"}']])
    await sheet.run('alter table base add column c int; create or replace view one as select * from base')
    expect(await types('one')).toEqual(['A VARCHAR', 'B NUMBER(38,0)', 'C NUMBER(38,0)'])
    await other.close()
  })

  it('are gone with their table', async () => {
    await sheet.run(
      'create table short (a int); select * from short; create view over_short as select a from short'
    )
    await sheet.run('select * from over_short; drop table short')
    await expect(sheet.run('select * from short')).rejects.toThrow(/SHORT.*does not exist/)
    await expect(sheet.run('select * from over_short')).rejects.toThrow(/SHORT|short/)
  })
})
