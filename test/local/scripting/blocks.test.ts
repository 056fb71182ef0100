import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openScripted } from '../worksheet/open-scripted.ts'

let sheet: Awaited<ReturnType<typeof openScripted>>
beforeAll(async () => {
  sheet = await openScripted()
  await sheet.run('create table numbers as select column1 as n from values (1), (2), (3), (4)')
})
afterAll(() => sheet.worksheet.close())

let procedures = 0
/** What a procedure of this body answers. */
const answerOf = async (
  body: string,
  args = '',
  parameters = '',
  returns = 'varchar'
): Promise<string | null> => {
  procedures += 1
  const name = `p${procedures}`
  await sheet.run(`create procedure ${name}(${parameters}) returns ${returns} language sql as $$ ${body} $$`)
  const rows = await sheet.run(`call ${name}(${args})`)
  return rows[0]?.[0] ?? null
}

describe('a block of Snowflake Scripting', () => {
  it.each([
    ['an expression', "begin return 'a' || (1 + 2); end", 'a3'],
    [
      'declared variables with defaults, in order',
      'declare x number default 2; y number := x * 3; begin return y; end',
      '6'
    ],
    [
      'a variable that nobody has set',
      'declare x varchar; begin return coalesce(x, :x, 0::varchar); end',
      '0'
    ],
    ['LET, with a type and without', "begin let x := 1; let y varchar := x + 1; return y || '!'; end", '2!'],
    [
      'what is assigned takes the declared type',
      "declare x number(9, 2); begin x := '1.005'; return x; end",
      '1.01'
    ],
    [
      'a query on the right of :=',
      'declare x number; begin x := (select sum(n) from numbers where n > 1); return x; end',
      '9'
    ],
    [
      '… that finds nothing',
      'declare x number default 1; begin x := (select n from numbers where n > 9); return x; end',
      null
    ],
    [
      '… with WITH',
      'declare x number; begin x := (with t as (select max(n) as m from numbers) select m from t); return x; end',
      '4'
    ],
    [
      'binds inside SQL',
      'declare k number default 3; x number; begin x := (select count(*) from numbers where n < :k and :k is not null); return x; end',
      '2'
    ],
    [
      'IF, ELSEIF, ELSE',
      "declare x number default 5; begin if (x > 9) then return 'a'; elseif (x > 4) then return 'b'; else return 'c'; end if; end",
      'b'
    ],
    [
      'a condition that is NULL is not true',
      "declare x number; begin if (x > 9) then return 'a'; end if; return 'b'; end",
      'b'
    ],
    [
      'CASE … WHEN … THEN inside a condition',
      "declare x number default 1; begin if (case when x = 1 then true else false end) then return 'a'; end if; end",
      'a'
    ],
    [
      'EXISTS',
      "begin if (not exists (select 1 from numbers where n = 9)) then return 'none'; end if; end",
      'none'
    ],
    ['WHILE', 'declare x number default 0; begin while (x < 5) do x := x + 2; end while; return x; end', '6'],
    [
      'LOOP and BREAK',
      'declare x number default 0; begin loop x := x + 1; if (x = 7) then break; end if; end loop; return x; end',
      '7'
    ],
    [
      'CONTINUE',
      'declare x number default 0; begin for i in 1 to 5 do if (i = 2) then continue; end if; x := x + i; end for; return x; end',
      '13'
    ],
    [
      'FOR … REVERSE',
      "declare x varchar default ''; begin for i in reverse 1 to 3 do x := x || i; end for; return x; end",
      '321'
    ],
    [
      'FOR over a cursor',
      'declare c cursor for select n from numbers order by n; x number default 0; begin for r in c do x := x * 10 + r.n; end for; return x; end',
      '1234'
    ],
    [
      'FOR over a RESULTSET',
      'declare x number default 0; begin let rs resultset := (select n * 2 as m from numbers); for r in rs do x := x + r.m; end for; return x; end',
      '20'
    ],
    [
      'OPEN and FETCH',
      'declare c cursor for select n from numbers order by n desc; x number; begin open c; fetch c into x; fetch c into x; close c; return x; end',
      '3'
    ],
    [
      'SELECT … INTO',
      "declare a number; b varchar; begin select max(n), 'x' into :a, :b from numbers; return a || b; end",
      '4x'
    ],
    [
      'nested blocks see outer names and hide their own',
      "declare x varchar default 'o'; begin declare x varchar default 'i'; y varchar default 'y'; begin x := x || y; end; return x; end",
      'o'
    ],
    [
      'RETURN from a loop inside a block',
      "begin while (true) do begin return 'out'; end; end while; end",
      'out'
    ],
    ['no RETURN at all', 'begin let x := 1; end', null],
    [
      'SQLROWCOUNT',
      'begin create or replace temporary table w as select n from numbers; update w set n = 0 where n > 2; return sqlrowcount; end',
      '2'
    ],
    [
      'RESULT_SCAN of SQLID',
      "declare q varchar; x number; begin execute immediate 'select 41 + 1 as answer'; q := sqlid; x := (select answer from table(result_scan(:q))); return x; end",
      '42'
    ],
    [
      'EXECUTE IMMEDIATE of a variable',
      "declare s varchar default 'create or replace temporary table made as select 8 as a'; x number; begin execute immediate s; execute immediate :s; x := (select a from made); return x; end",
      '8'
    ],
    [
      'EXECUTE IMMEDIATE of a block',
      "begin execute immediate 'begin create or replace temporary table made2 as select 9 as a; end'; return (select a from made2); end",
      '9'
    ],
    ['comments and semicolons in strings', "begin -- one; two\n let x := 'a;b'; /* ; */ return x; end", 'a;b']
  ])('%s', async (_, body, expected) => {
    expect(await answerOf(body)).toBe(expected)
  })

  it('takes arguments by place, with defaults, in the types of its parameters', async () => {
    expect(
      await answerOf(
        "begin return a || '/' || b || '/' || typeof(c:x); end",
        "1, '2'",
        "a varchar, b number, c object default object_construct('x', true)"
      )
    ).toBe('1/2/BOOLEAN')
    expect(await answerOf('begin return null; end', '', 'a varchar default null')).toBeNull()
  })

  it('calls others and takes their answers', async () => {
    await sheet.run(
      'create procedure twice(x number) returns number language sql as $$ begin return x * 2; end $$'
    )
    expect(
      await answerOf('declare y number; begin call twice(4) into :y; call twice(:y) into y; return y; end')
    ).toBe('16')
  })

  it('answers the type that it returns, and a table', async () => {
    expect(await answerOf("begin return object_construct('a', 1); end", '', '', 'object')).toBe('{"a":1}')
    await sheet.run(
      'create procedure listed(least number) returns table (n number) language sql as $$ begin let found resultset := (select n from numbers where n >= :least order by n); return table(found); end $$'
    )
    expect(await sheet.run('call listed(3)')).toEqual([['3'], ['4']])
  })

  it('has temporary tables that the session keeps, under names that may hide others', async () => {
    await answerOf('begin create or replace temporary table numbers as select 7 as n; return null; end')
    expect(await sheet.run('select n from numbers')).toEqual([['7']])
    await sheet.run('drop table numbers')
    expect(await sheet.run('select count(*) from numbers')).toEqual([['4']])
  })

  it('is replaced, kept, shown and dropped', async () => {
    await sheet.run(
      'create or replace procedure q1() returns number language sql as $$ begin return 1; end $$'
    )
    await sheet.run(
      'create procedure if not exists q1() returns number language sql as $$ begin return 2; end $$'
    )
    expect(await sheet.run('call q1()')).toEqual([['1']])
    await expect(
      sheet.run('create procedure q1() returns number language sql as $$ begin return 3; end $$')
    ).rejects.toThrow("Object 'Q1' already exists")
    expect((await sheet.run("show procedures like 'q1'")).map((row) => row[2])).toEqual([
      'Q1() RETURN NUMBER(38,0)'
    ])
    await sheet.run('drop procedure q1()')
    await expect(sheet.run('call q1()')).rejects.toThrow('Unknown user-defined function Q1')
  })
})

describe('what is not played is refused by name', () => {
  it.each([
    ['begin repeat x := 1; until (true) end repeat; end', 'REPEAT in Snowflake Scripting'],
    ['begin case (1) when 1 then return 1; end case; end', 'CASE in Snowflake Scripting'],
    ['begin async (select 1); end', 'ASYNC in Snowflake Scripting'],
    ['begin return table(select 1); end', 'RETURN TABLE of other than a RESULTSET'],
    ["begin execute immediate 'select 1' using (x); end", 'EXECUTE IMMEDIATE with USING'],
    ['begin return y; end', "invalid identifier 'Y'"],
    ['begin return (select n from numbers where n = zz); end', "invalid identifier 'ZZ'"],
    [
      'declare k number default 1; begin return (select max(n) from numbers where n = k); end',
      "invalid identifier 'K'"
    ],
    ['begin y := 1; end', "'Y' is not a variable of the block"],
    ['begin let x := 1 end', 'syntax error'],
    ['begin return 1; end; select 1', 'after END'],
    ['begin set v = 1; end', "Unsupported statement type 'SET"],
    ['begin return $v; end', "Session variable '$V' does not exist"]
  ])('%s', async (body, message) => {
    await sheet.run('set v = 5')
    await expect(answerOf(body)).rejects.toThrow(message)
  })

  it('languages, kinds of parameters and rights', async () => {
    const create = (head: string): Promise<unknown> =>
      sheet.run(`create procedure r${head} as $$ begin return 1; end $$`)
    await expect(create('() returns varchar language javascript')).rejects.toThrow(
      'A procedure in JAVASCRIPT'
    )
    await expect(create('(out x number) returns varchar language sql')).rejects.toThrow('A parameter OUT')
    await expect(create('() returns varchar language sql execute as restricted caller')).rejects.toThrow(
      'EXECUTE AS RESTRICTED'
    )
    await expect(create('() returns varchar language sql strict')).rejects.toThrow(
      'CREATE PROCEDURE with STRICT'
    )
    await expect(sheet.run('call db.public.r()')).rejects.toThrow('A name with a schema')
  })

  it("a caller's rights reach the session's variables", async () => {
    await sheet.run("set who = 'me'")
    await sheet.run(
      'create procedure mine() returns varchar language sql execute as caller as $$ begin return $who; end $$'
    )
    expect(await sheet.run('call mine()')).toEqual([['me']])
  })
})
