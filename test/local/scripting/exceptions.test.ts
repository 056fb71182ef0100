import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openScripted } from '../worksheet/open-scripted.ts'

let sheet: Awaited<ReturnType<typeof openScripted>>
beforeAll(async () => {
  sheet = await openScripted()
  await sheet.run('create table t (n number)')
})
afterAll(() => sheet.worksheet.close())

let procedures = 0
const answerOf = async (body: string): Promise<string | null> => {
  procedures += 1
  await sheet.run(`create procedure e${procedures}() returns varchar language sql as $$\n${body}\n$$`)
  return (await sheet.run(`call e${procedures}()`))[0]?.[0] ?? null
}

// https://docs.snowflake.com/en/developer-guide/snowflake-scripting/exceptions
describe('exceptions', () => {
  it.each([
    [
      'a declared one with its code and message',
      "declare bad exception (-20002, 'it is bad'); begin raise bad; exception when bad then return sqlcode || ' ' || sqlstate || ' ' || sqlerrm; end",
      '-20002 P0001 it is bad'
    ],
    [
      'the first handler that fits',
      "declare a exception (-20001, 'a'); b exception (-20002, 'b'); begin raise b; exception when a then return 'A'; when a or b then return 'B'; when other then return 'O'; end",
      'B'
    ],
    [
      'a statement that fails',
      'begin select 1 / 0; exception when statement_error then return sqlerrm; end',
      'Division by zero'
    ],
    [
      'an expression that fails',
      "begin let x := 1 / 0; exception when expression_error then return 'x ' || sqlerrm; end",
      'x Division by zero'
    ],
    [
      'OTHER',
      'begin insert into nowhere values (1); exception when other then return sqlerrm; end',
      "SQL compilation error: Object 'NOWHERE' does not exist or not authorized."
    ],
    [
      'RAISE hands on what was caught',
      "begin begin select 1 / 0; exception when other then raise; end; exception when other then return 'outer ' || sqlerrm; end",
      'outer Division by zero'
    ],
    [
      'a handler may fail in its turn',
      'begin begin select 1 / 0; exception when other then insert into nowhere values (1); end; exception when other then return left(sqlerrm, 21); end',
      'SQL compilation error'
    ],
    [
      'what an inner block catches, the outer goes on from',
      "declare x varchar default 'a'; begin begin select 1 / 0; exception when other then x := x || 'b'; end; return x || 'c'; end",
      'abc'
    ]
  ])('%s', async (_, body, expected) => {
    expect(await answerOf(body)).toBe(expected)
  })

  it('that nobody catches tell type, line and position', async () => {
    await expect(
      answerOf("declare\n  bad exception (-20002, 'it''s bad');\nbegin\n  raise bad;\nend")
    ).rejects.toThrow("Uncaught exception of type 'BAD' on line 5 at position 2 : it's bad")
    await expect(answerOf('begin\n  select 1 / 0;\nend')).rejects.toThrow(
      "Uncaught exception of type 'STATEMENT_ERROR' on line 3 at position 2 : Division by zero"
    )
  })

  it('of a procedure that is called are a failed statement of the caller', async () => {
    await sheet.run(
      "create procedure fails() returns varchar language sql as $$ declare bad exception (-20002, 'x'); begin raise bad; end $$"
    )
    expect(
      await answerOf('begin call fails(); exception when statement_error then return sqlerrm; end')
    ).toMatch(/^Uncaught exception of type 'BAD' on line 1 at position \d+ : x$/)
  })

  it('have the message of an EXECUTE IMMEDIATE made at run time', async () => {
    const block =
      "'declare e exception (-20001, ''' || replace('it''s \\\\ so', '''', '''''') || '''); begin raise e; end'"
    await expect(
      answerOf(`declare s varchar; begin s := ${block}; execute immediate :s; end`)
    ).rejects.toThrow("it's")
  })

  it('tell no SQLCODE of a failed statement, which only Snowflake knows', async () => {
    await expect(
      answerOf('begin select 1 / 0; exception when other then return sqlcode; end')
    ).rejects.toThrow("invalid identifier 'SQLCODE'")
    await expect(answerOf('begin raise nobody; end')).rejects.toThrow(
      "the exception 'NOBODY' is not declared"
    )
  })
})
