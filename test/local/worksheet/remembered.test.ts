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

  const drawn =
    '(with q as (select seq4() as n from table(generator(rowcount => 1000000))) select n from q sample (1 rows))'
  it.each(['uuid_string()', 'random()', 'md5(uuid_string())', 'uniform(1, 1000000000, random())', drawn])(
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

  it('are those of the newest table below a view whose texts hold quotes', async () => {
    await sheet.run('create table quoted (n number); insert into quoted values (1)')
    await sheet.run(`create view over_quoted as select 'x"' as q, n from quoted`)
    expect(await sheet.run(`select object_construct('n', n) from over_quoted`)).toEqual([['{"n":1}']])
    await sheet.run(`create or replace table quoted (n varchar); insert into quoted values ('12')`)
    expect(await sheet.run(`select object_construct('n', n) from over_quoted`)).toEqual([['{"n":"12"}']])
  })

  it('of a view are those that DuckDB has, before and after they are asked for again', async () => {
    await sheet.run(`create table typed (n number(38, 4), i int, f float, t varchar(9), d date, at timestamp_ntz(9), z timestamp_ltz,
      b binary, o object, l array, v variant)`)
    await sheet.run(`create view typing as select *, n / i as q, n * n as p, sum(n) over () as s, count(*) over () as c, i + 1.5 as plus,
      f || t as joined, v:a::varchar as path, v:b as part, coalesce(o, null) as some, iff(i > 1, d, null) as day,
      datediff('day', d, at) as days, dateadd('hour', 1, z) as later, array_size(l) as many, to_json(v) as json, t is null as gone,
      (select max(t) from typed) as most, case when i = 1 then n else 0 end as either, md5(t) as hash, round(n, 2) as rounded, trunc(n) as cut, ceil(f) as up, 0.1 as tenth from typed`)
    const columns = () => sheet.run('desc view typing')
    const first = await columns()
    expect(first).toHaveLength(33)
    // What may have changed anything has all columns asked for again.
    await sheet.run('alter session unset date_output_format')
    expect(await columns()).toEqual(first)
  })

  it('are not those that an open transaction still sees', async () => {
    const other = await sheet.worksheet.openSession()
    const names = async (table: string) => {
      let seen: readonly string[] = []
      await sheet.worksheet.run(`select * from ${table}`, {
        onResult: ({ columns }) => {
          seen = columns.map(({ name }) => name)
        }
      })
      return seen
    }
    await sheet.run(
      'create table altered (a int); insert into altered values (1); create table beside (a int)'
    )
    await sheet.run('create view over_altered as select a from altered')
    await sheet.run('begin; insert into beside values (1)')
    await other.run(
      'alter table altered add column b int; create or replace view over_altered as select a, 1 as one from altered',
      { onResult: () => {} }
    )
    await names('altered')
    expect(await names('over_altered')).toEqual(['A'])
    await sheet.run('commit')
    expect(await names('altered')).toEqual(['A', 'B'])
    expect(await names('over_altered')).toEqual(['A', 'ONE'])
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
