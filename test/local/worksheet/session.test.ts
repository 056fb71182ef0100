import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StatementResult } from '../../../api/local/worksheet/worksheet.ts'
import { openScripted } from './open-scripted.ts'

let sheet: Awaited<ReturnType<typeof openScripted>>
beforeEach(async () => {
  sheet = await openScripted()
})
afterEach(() => sheet.worksheet.close())

const statusOf = async (sql: string): Promise<readonly (string | undefined)[]> => {
  const results: StatementResult[] = []
  await sheet.worksheet.run(sql, { onResult: (result) => results.push(result) })
  return results.map((result) => result.status)
}

describe('a script', () => {
  it('is cut at its semicolons only', async () => {
    expect(await sheet.run("select 'a;b'; -- no; really\nselect $$c;d$$ /* ; */; select 'é😀';")).toEqual([
      ['a;b'],
      ['c;d'],
      ['é😀']
    ])
  })

  it('runs up to the statement that fails', async () => {
    await expect(
      sheet.run('create table t (a int); insert into t values (1); selec 1; insert into t values (2)')
    ).rejects.toThrow()
    expect(await sheet.run('select a from t')).toEqual([['1']])
  })

  it('has headings as typed, in upper case', async () => {
    const results: StatementResult[] = []
    await sheet.worksheet.run(
      `select count(*), 1 + 1, 'a', id as "Mixed", id from values (1) v(id) group by id`,
      { onResult: (result) => results.push(result) }
    )
    expect(results[0]?.columns.map((column) => column.name)).toEqual([
      'COUNT(*)',
      '1 + 1',
      "'A'",
      'Mixed',
      'ID'
    ])
  })
})

describe('the output formats of the session', () => {
  it('say how dates and times become text, alone and inside objects, until they are unset', async () => {
    const moment =
      "select '2026-01-31'::date d, '10:11:12'::time t, '2026-01-31 10:11:12.123456'::timestamp_ntz n, d::varchar, object_construct('n', n)"
    await sheet.run(
      "alter session set date_output_format = 'DD.MM.YYYY', time_output_format = 'HH24:MI', timestamp_ntz_output_format = 'YYYY-MM-DD\"T\"HH24:MI:SS.FF6'"
    )
    expect(await sheet.run(moment)).toEqual([
      [
        '31.01.2026',
        '10:11',
        '2026-01-31T10:11:12.123456',
        '31.01.2026',
        '{"n":"2026-01-31T10:11:12.123456"}'
      ]
    ])
    await sheet.run('alter session unset date_output_format, time_output_format, timestamp_ntz_output_format')
    expect(await sheet.run(moment)).toEqual([
      ['2026-01-31', '10:11:12', '2026-01-31 10:11:12.123', '2026-01-31', '{"n":"2026-01-31 10:11:12.123"}']
    ])
    await sheet.run("alter session set timestamp_output_format = 'HH24:MI'")
    expect(await sheet.run("select '2026-01-31 10:11:12'::timestamp_ntz, '10:11:12'::time")).toEqual([
      ['10:11', '10:11:12']
    ])
  })

  it('names its user, with parentheses or without', async () => {
    expect(await sheet.run('select current_user(), current_user, current_role()')).toEqual([
      ['LOCAL', 'LOCAL', 'LOCAL']
    ])
  })
})

it('SHOW lists the functions and columns that are here', async () => {
  await sheet.run('create table shown (a int, b varchar)')
  expect(await sheet.run('show columns in table shown')).toEqual([
    ['SHOWN', 'A'],
    ['SHOWN', 'B']
  ])
  const [first] = await sheet.run("show external functions like 'push%'")
  expect(first).toEqual(['PUSH_TO_DYNAMO', 'PUSH_TO_DYNAMO(VARCHAR, OBJECT) RETURN VARIANT', 'Y'])
})

it('SHOW lists variables, stages, file formats, the schema and the database', async () => {
  await sheet.run("set shown_from = 'a''b'; set shown_to = 3.5")
  expect(await sheet.run("show variables like 'shown%'")).toEqual([
    ['SHOWN_FROM', "a'b"],
    ['SHOWN_TO', '3.5']
  ])
  await sheet.run("create stage shown_stage url = 's3://local/unload/'")
  await sheet.run('create file format shown_lines type = json')
  expect(await sheet.run("show stages like 'shown%'")).toEqual([['SHOWN_STAGE', 's3://local/unload/']])
  expect(await sheet.run("show file formats in schema like 'shown%'")).toEqual([['SHOWN_LINES', 'JSON']])
  expect(await sheet.run('show schemas in database')).toEqual([['PUBLIC', 'LOCAL']])
  expect(await sheet.run('show databases')).toEqual([['LOCAL']])
})

describe('the session', () => {
  it('keeps variables', async () => {
    await sheet.run(
      "set x = 2; set (a, b) = ('orders', 3.5); set d = '2024-01-31'::date; set n = (select 5 + 5)"
    )
    expect(await sheet.run("select $x + 1, $a || '!', $b, $d + 1, $n")).toEqual([
      ['3', 'orders!', '3.5', '2024-02-01', '10']
    ])
    await sheet.run('create table orders as select 7 as id')
    expect(await sheet.run('select id from identifier($a); select count(*) from table($a)')).toEqual([
      ['7'],
      ['1']
    ])
    await expect(sheet.run('unset x; select $x')).rejects.toThrow("Session variable '$X' does not exist")
  })

  it('reads the last result again', async () => {
    await sheet.run('create table t as select 1 as id, 2.50 as p, parse_json(\'{"a":[1]}\') v')
    expect(
      await sheet.run(
        'select * from t; select p * 2 as q, v:a[0]::int from table(result_scan(last_query_id()))'
      )
    ).toEqual([
      ['1', '2.50', '{"a":[1]}'],
      ['5.00', '1']
    ])
  })

  it('rolls back, and commits before DDL as Snowflake does', async () => {
    await sheet.run('create table t (a int); begin; insert into t values (1); rollback')
    expect(await sheet.run('select count(*) from t')).toEqual([['0']])
    await sheet.run('begin; insert into t values (1); create table u (a int); rollback')
    expect(await sheet.run('select count(*) from t; select count(*) from u')).toEqual([['1'], ['0']])
  })

  it('says in status lines what it did', async () => {
    expect(
      await statusOf(
        'create table t (a int); create table if not exists t (a int); use schema x; set y = 1; drop table t; drop table if exists t'
      )
    ).toEqual([
      'Table T successfully created.',
      'T already exists, statement succeeded.',
      'Statement executed successfully.',
      'Statement executed successfully.',
      'T successfully dropped.',
      'Drop statement executed successfully (T already dropped).'
    ])
  })

  it('loads Parquet with upper-case names', async () => {
    const path = new URL('../../../node_modules/vega-datasets/data/flights-3m.parquet', import.meta.url)
      .pathname
    await sheet.worksheet.loadParquet('flights', path, 'SELECT * FROM source LIMIT 3')
    expect(await sheet.run('select count(*), max(origin) from flights')).toEqual(
      [['3', 'PHX']].map(([count]) => [count, expect.stringMatching(/^[A-Z]{3}$/)])
    )
  })
})

describe('EXECUTE IMMEDIATE', () => {
  it.each([
    ["execute immediate 'select 42'", '42'],
    ["execute immediate $$select 'a;b'$$", 'a;b'],
    ["set s = 'select 43'; execute immediate $s", '43'],
    ["execute immediate 'select ' || 4", '4']
  ])('runs the statement in a text: %s', async (sql, value) => {
    expect(await sheet.run(sql)).toEqual([[value]])
  })
})

describe('tables', () => {
  it('hold Snowflake types and say so', async () => {
    await sheet.run(
      "create table t (a number(38,0) not null, b varchar(3), c timestamp_ntz default '2020-01-01'::timestamp_ntz, d object, e array, f variant, g float, h boolean, i date, j number(10,2))"
    )
    expect((await sheet.run('desc table t')).map((row) => `${row[0]} ${row[1]} ${row[3]}`)).toEqual([
      'A NUMBER(38,0) N',
      'B VARCHAR(3) Y',
      'C TIMESTAMP_NTZ(9) Y',
      'D OBJECT Y',
      'E ARRAY Y',
      'F VARIANT Y',
      'G FLOAT Y',
      'H BOOLEAN Y',
      'I DATE Y',
      'J NUMBER(10,2) Y'
    ])
    await sheet.run(
      "insert into t (a, b, j, i) values (1, 'abc', 1.005, '2024-02-29'), (2, default, 3, null)"
    )
    expect(await sheet.run('select a, b, c, j, i from t order by a')).toEqual([
      ['1', 'abc', '2020-01-01 00:00:00.000', '1.01', '2024-02-29'],
      ['2', null, '2020-01-01 00:00:00.000', '3.00', null]
    ])
  })

  it.each([
    ['text too long', "insert into t (b) values ('abcd')", 'too long and would be truncated'],
    ['NULL where none may be', 'insert into t (a) values (null)', 'NULL result in a non-nullable column'],
    ['text into a VARIANT', "insert into t select 1, 'a', '{}'", /expecting VARIANT but got VARCHAR/],
    ['too few values', 'insert into t values (1)', /expecting 3 but got 1/],
    ['an unknown column', 'insert into t (z) values (1)', /invalid identifier 'Z'/]
  ])('refuse %s', async (_, sql, message) => {
    await sheet.run('create table t (a int not null default 0, b varchar(3), v variant)')
    await expect(sheet.run(sql)).rejects.toThrow(message)
    expect(await sheet.run('select count(*) from t')).toEqual([['0']])
  })

  it('are changed by UPDATE, DELETE, MERGE, INSERT OVERWRITE and TRUNCATE, which count their rows', async () => {
    await sheet.run(
      "create table t (k int, v varchar); create table s (k int, v variant); insert into t values (1, 'a'), (2, 'b'); insert into s select 2, parse_json('\"B\"') union all select 3, parse_json('\"C\"')"
    )
    expect(await sheet.run("update t set v = v || '!' where k = 1")).toEqual([['1', '0']])
    expect(await sheet.run('update t set v = s.v from s where t.k = s.k')).toEqual([['1', '0']])
    expect(
      await sheet.run(
        'merge into t x using s on x.k = s.k when matched then update set v = s.v when not matched then insert (k, v) values (s.k, s.v)'
      )
    ).toEqual([['1', '1']])
    expect(await sheet.run('select * from t order by k')).toEqual([
      ['1', 'a!'],
      ['2', 'B'],
      ['3', 'C']
    ])
    expect(await sheet.run('delete from t using s where t.k = s.k and s.k = 3')).toEqual([['1']])
    expect(await sheet.run('insert overwrite into t select k + 10, v from t')).toEqual([['2']])
    expect(await sheet.run('select k from t order by k; truncate table t; select count(*) from t')).toEqual([
      ['11'],
      ['12'],
      ['0']
    ])
  })

  it('take any of several source rows in UPDATE, and count them', async () => {
    await sheet.run(
      'create table t (k int, v int); insert into t values (1, 0), (2, 0), (3, 0); create table s as select column1 k, column2 v from values (1, 7), (1, 7), (2, 8)'
    )
    expect(
      await sheet.run('update t x set x.v = s.v from s where x.k = s.k; select v from t order by k')
    ).toEqual([['2', '1'], ['7'], ['8'], ['0']])
    expect(await sheet.run('update t set k = v, v = k where k = 1; select k, v from t where v = 1')).toEqual([
      ['1', '0'],
      ['7', '1']
    ])
  })

  it.each([
    'create table x as select 1 as a, 2 as a',
    'create table x (a int, a int)',
    'create view x as select 1 as a, 2 as a'
  ])('refuse a name that comes twice: %s', async (sql) => {
    await expect(sheet.run(sql)).rejects.toThrow("duplicate column name 'A'")
  })

  it('refuse a MERGE in which two rows match one', async () => {
    await sheet.run(
      'create table t as select 1 as k, 2 as v; create table s as select 1 as k, 3 as v union all select 1, 4'
    )
    await expect(
      sheet.run('merge into t using s on t.k = s.k when matched then update set v = s.v')
    ).rejects.toThrow('Duplicate row detected')
  })

  it('are copied, viewed, renamed in CREATE TABLE (names) AS, and shown', async () => {
    await sheet.run(
      'create table t (a) as select 5; create table u clone t; create table w like t; create view v as select a + 1 as b from t'
    )
    expect(await sheet.run('select a from u; select count(*) from w; select b from v; show tables')).toEqual([
      ['5'],
      ['0'],
      ['6'],
      ['T', 'TABLE'],
      ['U', 'TABLE'],
      ['W', 'TABLE']
    ])
  })
})
