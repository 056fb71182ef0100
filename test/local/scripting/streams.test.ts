import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openScripted } from '../worksheet/open-scripted.ts'

let sheet: Awaited<ReturnType<typeof openScripted>>
beforeEach(async () => {
  sheet = await openScripted()
  await sheet.run(
    "create table t (k varchar, n number); insert into t values ('a', 1), ('b', 2); create table taken (k varchar)"
  )
})
afterEach(() => sheet.worksheet.close())

const changes = (stream = 's') =>
  sheet.run(`select k, n, metadata$action, metadata$isupdate from ${stream} order by k, 3, n`)

// https://docs.snowflake.com/en/user-guide/streams-intro
describe('a stream on a table', () => {
  beforeEach(() => sheet.run('create stream s on table t'))

  it('holds what has changed since: inserts, deletes, updates as pairs', async () => {
    expect(await changes()).toEqual([])
    await sheet.run(
      "insert into t values ('c', 3); delete from t where k = 'b'; update t set n = 10 where k = 'a'"
    )
    expect(await changes()).toEqual([
      ['a', '1', 'DELETE', 'TRUE'],
      ['a', '10', 'INSERT', 'TRUE'],
      ['b', '2', 'DELETE', 'FALSE'],
      ['c', '3', 'INSERT', 'FALSE']
    ])
    expect(await sheet.run("select count(distinct metadata$row_id) from s where k = 'a'")).toEqual([['1']])
  })

  it('holds net changes: what came and went is in none, two updates are one', async () => {
    await sheet.run(
      "insert into t values ('c', 3); update t set n = 4 where k = 'c'; delete from t where k = 'c'"
    )
    await sheet.run(
      "update t set n = 5 where k = 'a'; update t set n = 6 where k = 'a'; update t set n = 9 where k = 'b'; update t set n = 2 where k = 'b'"
    )
    expect(await changes()).toEqual([
      ['a', '1', 'DELETE', 'TRUE'],
      ['a', '6', 'INSERT', 'TRUE']
    ])
  })

  it('is fed by MERGE, INSERT OVERWRITE and TRUNCATE', async () => {
    await sheet.run(
      "merge into t using (select column1 as k, column2 as n from values ('a', 7), ('c', 8)) as s on t.k = s.k when matched then update set n = s.n when not matched then insert (k, n) values (s.k, s.n)"
    )
    expect(await changes()).toEqual([
      ['a', '1', 'DELETE', 'TRUE'],
      ['a', '7', 'INSERT', 'TRUE'],
      ['c', '8', 'INSERT', 'FALSE']
    ])
    await sheet.run("insert overwrite into t values ('z', 0)")
    expect(await changes()).toEqual([
      ['a', '1', 'DELETE', 'FALSE'],
      ['b', '2', 'DELETE', 'FALSE'],
      ['z', '0', 'INSERT', 'FALSE']
    ])
    await sheet.run('truncate table t')
    expect(await sheet.run('select count(*) from s')).toEqual([['2']])
  })

  it('is consumed by a change that commits, and by nothing else', async () => {
    await sheet.run("insert into t values ('c', 3)")
    await sheet.run('select * from s')
    await sheet.run('begin; insert into taken select k from s; rollback')
    await expect(sheet.run('insert into taken select 1 / 0 from s')).rejects.toThrow('Division by zero')
    expect(await changes()).toHaveLength(1)
    await sheet.run('insert into taken select k from s where false')
    expect(await changes()).toEqual([])
    await sheet.run("delete from t where k = 'c'")
    await sheet.run('begin; insert into taken select k from s; commit')
    expect(await changes()).toEqual([])
  })

  it('shows the same rows all through a transaction that takes them', async () => {
    await sheet.run("insert into t values ('c', 3); begin; insert into taken select k from s")
    await sheet.run("insert into t values ('d', 4)")
    expect(await changes()).toEqual([['c', '3', 'INSERT', 'FALSE']])
    await sheet.run('commit')
    expect(await changes()).toEqual([['d', '4', 'INSERT', 'FALSE']])
  })

  it('says whether it has data', async () => {
    expect(await sheet.run("select system$stream_has_data('s')")).toEqual([['FALSE']])
    await sheet.run("insert into t values ('c', 3)")
    expect(await sheet.run("select system$stream_has_data('S')")).toEqual([['TRUE']])
    await expect(sheet.run("select system$stream_has_data('x')")).rejects.toThrow("Stream 'X' does not exist")
  })

  it('cannot be read, and is stale, once its table is another one', async () => {
    await sheet.run('create or replace table t (k varchar, n number)')
    await expect(changes()).rejects.toThrow("Base table 'T' dropped, cannot read from stream 'S'.")
    expect(
      await sheet.run('show streams; select "name", "stale" from table(result_scan(last_query_id()))')
    ).toContainEqual(['S', 'true'])
    await sheet.run('create or replace stream s on table t')
    expect(await changes()).toEqual([])
  })

  it('leaves the table as it looks: no column more in SELECT *, DESC, CLONE', async () => {
    expect(await sheet.run("insert into t values ('c', 3); select * from t where k = 'c'")).toContainEqual([
      'c',
      '3'
    ])
    expect(await sheet.run('desc table t')).toHaveLength(2)
    await sheet.run('create table u clone t')
    expect(await sheet.run("select * from u where k = 'c'")).toEqual([['c', '3']])
  })

  it('waits for the transaction of another session that takes its rows', async () => {
    await sheet.run("insert into t values ('c', 3); begin; insert into taken select k from s")
    const other = await sheet.worksheet.openSession()
    const waits = new Promise((resolve) => sheet.worksheet.onWait(resolve))
    const second = other.run('insert into taken select k from s')
    await waits
    await sheet.run('commit')
    await second
    expect(await sheet.run('select k from taken')).toEqual([['c']])
    await other.close()
  })
})

describe('a stream with its first rows', () => {
  it('shows those that were there when it was made, then what has changed since', async () => {
    await sheet.run("create stream s on table t show_initial_rows = true; insert into t values ('c', 3)")
    expect(await changes()).toEqual([
      ['a', '1', 'INSERT', 'FALSE'],
      ['b', '2', 'INSERT', 'FALSE']
    ])
    await sheet.run('insert into taken select k from s')
    expect(await changes()).toEqual([['c', '3', 'INSERT', 'FALSE']])
  })
})

describe('a stream on a view', () => {
  it('follows the tables that the view reads', async () => {
    await sheet.run(
      "create table names (k varchar, name varchar); insert into names values ('a', 'Ann'), ('b', 'Bob')"
    )
    await sheet.run(
      'create view v as select t.k, t.n * 2 as n from t join names on t.k = names.k where t.n < 100'
    )
    await sheet.run('create stream s on view v')
    await sheet.run(
      "update t set n = 5 where k = 'a'; update t set n = 200 where k = 'b'; insert into t values ('c', 3)"
    )
    expect(await changes()).toEqual([
      ['a', '2', 'DELETE', 'TRUE'],
      ['a', '10', 'INSERT', 'TRUE'],
      ['b', '4', 'DELETE', 'FALSE']
    ])
    await sheet.run("insert into names values ('c', 'Cid')")
    expect(await changes()).toHaveLength(4)
  })

  it.each([
    [
      'select k, sum(n) as n from t group by k',
      "Change tracking is not supported on queries with 'GROUP BY'"
    ],
    ['select distinct k, n from t', "queries with 'DISTINCT'"],
    ['select k, n from t limit 1', "queries with 'LIMIT'"],
    ['select k, row_number() over (order by k) as n from t', 'queries with window functions'],
    ['select k, n from t qualify row_number() over (order by k) = 1', "queries with 'QUALIFY'"],
    ['select max(k) as k, 1 as n from t', 'queries with aggregates'],
    ['select k, n from t union all select k, n from t', 'a view with UNION'],
    ['select t.k, t.n from t left join taken on t.k = taken.k', 'a view with an outer join']
  ])('is refused: %s', async (query, message) => {
    await sheet.run(`create view v as ${query}`)
    await expect(sheet.run('create stream s on view v')).rejects.toThrow(message)
  })
})

describe('a dynamic table', () => {
  it('follows its query between statements, and its stream tells what changed', async () => {
    await sheet.run(
      "create dynamic table d target_lag = '1 minute' warehouse = w as select k, sum(n) as n from t group by k"
    )
    await sheet.run("create stream s on dynamic table d; insert into t values ('a', 4)")
    expect(await sheet.run('select k, n from d order by k')).toEqual([
      ['a', '5'],
      ['b', '2']
    ])
    expect(await changes()).toEqual([
      ['a', '1', 'DELETE', 'FALSE'],
      ['a', '5', 'INSERT', 'FALSE']
    ])
    await sheet.run('alter dynamic table d refresh')
  })
})

describe('CREATE STREAM', () => {
  it.each([
    ['create stream s on view t', "Object found is of type 'TABLE', not specified type 'VIEW'"],
    ['create stream s on table nowhere', "'NOWHERE' does not exist"],
    ['create stream s on stage x', 'A stream on a STAGE'],
    ['create stream s on table t append_only = true', 'A stream with APPEND_ONLY'],
    ['create stream s on table t at (offset => -60)', 'A stream with AT'],
    ['drop stream s', "Stream 'S' does not exist"]
  ])('%s', async (sql, message) => {
    await expect(sheet.run(sql)).rejects.toThrow(message)
  })

  it('IF NOT EXISTS, OR REPLACE, DROP', async () => {
    await sheet.run("create stream s on table t comment = 'mine'")
    await expect(sheet.run('create stream s on table t')).rejects.toThrow("Object 'S' already exists")
    await sheet.run("create stream if not exists s on table t; insert into t values ('c', 3)")
    expect(await changes()).toHaveLength(1)
    await sheet.run('create or replace stream s on table t')
    expect(await changes()).toEqual([])
    await sheet.run('drop stream s; drop stream if exists s')
    await expect(changes()).rejects.toThrow("'S' does not exist")
  })
})
