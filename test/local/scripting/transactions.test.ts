import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StatementCancelled } from '../../../api/local/scripting/script-error.ts'
import { rowsAsJson } from '../../../api/local/worksheet/rows-as-json.ts'
import {
  openWorksheet,
  type Worksheet,
  type WorksheetSession
} from '../../../api/local/worksheet/worksheet.ts'

let worksheet: Worksheet
let other: WorksheetSession
/** What happens after a statement of a procedure in a session. */
let after: (sql: string, session: number) => Promise<void> = async () => {}
beforeEach(async () => {
  after = async () => {}
  worksheet = await openWorksheet({
    call: async () => [],
    threads: 1,
    afterStatement: (sql, session) => after(sql, session)
  })
  other = await worksheet.openSession()
  await worksheet.run("create table t (k varchar, n number); insert into t values ('a', 1), ('b', 2)")
})
afterEach(async () => {
  await other.close()
  await worksheet.close()
})

const rows = async (sql: string, session: WorksheetSession = worksheet): Promise<readonly unknown[]> => {
  let last = '[]'
  await session.run(sql, { onResult: (result) => (last = rowsAsJson(result)) })
  return (JSON.parse(last) as object[]).map((row) => Object.values(row)[0])
}
const create = (name: string, body: string): Promise<void> =>
  worksheet.run(
    `create or replace procedure ${name}() returns varchar language sql as $$ begin ${body} end $$`
  )

// https://docs.snowflake.com/en/sql-reference/transactions
describe('a transaction of a procedure', () => {
  it('commits and rolls back', async () => {
    await create(
      'p',
      "begin transaction; insert into t values ('c', 3); rollback; begin transaction; insert into t values ('d', 4); commit; return (select max(k) from t);"
    )
    expect(await rows('call p()')).toEqual(['d'])
    expect(await rows('select count(*) from t')).toEqual([3])
  })

  it('has an id while it is open', async () => {
    await create(
      'p',
      "let a varchar := current_transaction(); begin transaction; let b varchar := (select current_transaction()); commit; return iff(a is null and b is not null, 'yes', 'no');"
    )
    expect(await rows('call p()')).toEqual(['yes'])
  })

  it('that is left open is rolled back, and an error', async () => {
    await create('p', "begin transaction; insert into t values ('c', 3); return 'x';")
    await expect(rows('call p()')).rejects.toThrow('is incomplete and it was rolled back')
    expect(await rows('select count(*) from t')).toEqual([2])
  })

  it('is not nested, not ended by the called, and takes no DDL that would commit it', async () => {
    await create('p', 'begin transaction; begin transaction; return 1;')
    await expect(rows('call p()')).rejects.toThrow('A transaction inside a transaction')
    await create('ends', 'commit; return 1;')
    await create('p', "begin transaction; insert into t values ('c', 3); call ends(); return 1;")
    await expect(rows('call p()')).rejects.toThrow('has started at a different scope')
    await create('begins', 'begin transaction; commit; return 1;')
    await create('p', 'begin transaction; call begins(); return 1;')
    await expect(rows('call p()')).rejects.toThrow('called within a transaction is not supported')
    await create('p', 'begin transaction; create temporary table w (a number); return 1;')
    await expect(rows('call p()')).rejects.toThrow('would commit the open transaction')
    expect(await rows('select count(*) from t')).toEqual([2])
  })

  it('of the caller is seen by the called, whose changes are part of it', async () => {
    await create('adds', "insert into t values ('c', 3); return current_transaction();")
    await worksheet.run('begin')
    expect((await rows('call adds()'))[0]).not.toBeNull()
    await worksheet.run('rollback')
    expect(await rows('select count(*) from t')).toEqual([2])
  })

  it('begins by itself with the first change where autocommit is off', async () => {
    await worksheet.run('alter session set autocommit = false')
    await create('p', "update t set n = n where k = 'none'; return current_transaction();")
    await expect(rows('call p()')).rejects.toThrow('is incomplete and it was rolled back')
    await worksheet.run("insert into t values ('c', 3); rollback")
    expect(await rows('select count(*) from t')).toEqual([2])
  })

  it('leaves no half of a statement that fails', async () => {
    await expect(worksheet.run("update t set n = iff(k = 'a', 9, 1 / 0)")).rejects.toThrow('Division by zero')
    expect(await rows("select n from t where k = 'a'")).toEqual([1])
  })
})

describe('a statement that is cancelled', () => {
  it('ends the procedure there: no handler runs, and what is open is rolled back', async () => {
    await create(
      'p',
      "update t set n = 7 where k = 'a'; begin begin transaction; delete from t; commit; exception when other then update t set n = 8; end; return 'x';"
    )
    after = async (sql) => {
      if (sql.startsWith('delete')) throw new StatementCancelled('the warehouse went away')
    }
    await expect(rows('call p()')).rejects.toThrow(StatementCancelled)
    expect(await rows('select n from t order by k')).toEqual([7, 2])
    expect(await rows('select current_transaction()')).toEqual([null])
  })
})

describe('two sessions', () => {
  it('see what the other has committed, each statement anew', async () => {
    await worksheet.run("begin; insert into t values ('c', 3)")
    expect(await rows('select count(*) from t', other)).toEqual([2])
    await worksheet.run('commit')
    expect(await rows('select count(*) from t', other)).toEqual([3])
    await expect(other.run('select * from table(result_scan(last_query_id()))')).resolves.toBeUndefined()
  })

  it('wait for what the other has changed in its transaction, and then change the newest rows', async () => {
    await worksheet.run("begin; update t set n = n + 10 where k = 'a'")
    const waits = new Promise<number>((resolve) => worksheet.onWait(resolve))
    const second = other.run("update t set n = n + 100 where k = 'a'")
    expect(await waits).toBe(other.id)
    await worksheet.run('commit')
    await second
    expect(await rows("select n from t where k = 'a'")).toEqual([111])
  })

  it('insert side by side', async () => {
    await worksheet.run("begin; insert into t values ('c', 3)")
    await other.run("insert into t values ('d', 4)")
    await worksheet.run('commit')
    expect(await rows('select count(*) from t')).toEqual([4])
  })

  it('go on in a transaction with what the other has committed since it began', async () => {
    await worksheet.run(
      "create table held (who varchar); insert into held values (null); begin; insert into t values ('c', 3)"
    )
    await other.run("update held set who = 'other'")
    await worksheet.run("update held set who = 'me' where who is null")
    expect(await rows("select count(*) from held where who = 'other'")).toEqual([1])
    await worksheet.run("update held set who = 'me'; commit")
    expect(await rows('select who from held', other)).toEqual(['me'])
    expect(await rows('select count(*) from t', other)).toEqual([3])
  })

  it('that would wait for each other forever: one is told', async () => {
    await worksheet.run('create table u (n number); insert into u values (1)')
    await worksheet.run('begin; update t set n = 5')
    await other.run('begin; update u set n = 5')
    const waits = new Promise<number>((resolve) => worksheet.onWait(resolve))
    const first = worksheet.run('update u set n = 6; commit')
    await waits
    await expect(other.run('update t set n = 6')).rejects.toThrow('deadlock')
    await other.run('rollback')
    await first
    expect(await rows('select n from u')).toEqual([6])
  })

  it('a second CALL starts after any statement of the first', async () => {
    await create(
      'adds',
      "insert into t values ('c', 3); update t set n = n + 1; return (select count(*) from t);"
    )
    after = async (sql, session) => {
      if (session === worksheet.id && sql.startsWith('insert')) await other.run('call adds()')
    }
    expect(await rows('call adds()')).toEqual(['4'])
    expect(await rows("select n from t where k = 'a'")).toEqual([3])
  })
})
