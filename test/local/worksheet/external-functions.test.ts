import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openScripted } from './open-scripted.ts'

const setup = `
create or replace table items (id number(38,0), name varchar, v variant);
insert into items select 1, 'a', parse_json('{"x":1}') union all select 2, 'b', null union all select 3, null, parse_json('[1]');
create or replace table log (id number(38,0), r variant)`

let sheet: Awaited<ReturnType<typeof openScripted>>
let answered = 0
beforeAll(async () => {
  sheet = await openScripted((name, args) => {
    answered += 1
    return name === 'get_from_dynamo' ? (args[1] ?? 'null') : `{"status":"written","n":${answered}}`
  })
})
beforeEach(async () => {
  await sheet.run(setup)
  sheet.heard.length = 0
  answered = 0
})
afterAll(() => sheet.worksheet.close())

describe('a call in a statement', () => {
  it('gets each row once, in order, its arguments as JSON text', async () => {
    const rows = await sheet.run("select push_to_dynamo('t', object_construct(*)) as r from items")
    expect(rows).toEqual([
      ['{"n":1,"status":"written"}'],
      ['{"n":2,"status":"written"}'],
      ['{"n":3,"status":"written"}']
    ])
    expect(sheet.heard).toEqual([
      {
        name: 'push_to_dynamo',
        args: 2,
        rows: [
          ['"t"', '{"ID":1,"NAME":"a","V":{"x":1}}'],
          ['"t"', '{"ID":2,"NAME":"b"}'],
          ['"t"', '{"ID":3,"V":[1]}']
        ]
      }
    ])
  })

  it('without arguments is made once a row, too', async () => {
    expect(await sheet.run('select id, dynamo_tables() is null as no from items order by id')).toEqual([
      ['1', 'FALSE'],
      ['2', 'FALSE'],
      ['3', 'FALSE']
    ])
    expect(sheet.heard).toEqual([{ name: 'dynamo_tables', args: 0, rows: [[], [], []] }])
  })

  it('keeps 38 digits on the way out and back', async () => {
    const big = '12345678901234567890123456789012345678'
    const [[got] = []] = await sheet.run(
      `select get_from_dynamo('t', object_construct('k', ${big}, 'deep', object_construct('d', ${big})))`
    )
    expect(got).toBe(`{"deep":{"d":${big}},"k":${big}}`)
    expect(sheet.heard[0]?.rows).toEqual([['"t"', `{"deep":{"d":${big}},"k":${big}}`]])
  })

  it('gives SQL NULL for the answer null, and sends null for NULL', async () => {
    expect(await sheet.run("select get_from_dynamo('t', null) is null")).toEqual([['TRUE']])
    expect(sheet.heard[0]?.rows).toEqual([['"t"', 'null']])
  })

  it.each([
    [
      'with an alias, ORDER BY and LIMIT',
      "select id, push_to_dynamo('t', object_construct('id', id)):status::varchar s from items order by id desc limit 1",
      [['3', 'written']],
      ['{"id":3}']
    ],
    [
      'in a filter',
      "select id from items where push_to_dynamo('t', object_construct('id', id)):n = 2 and id < 3",
      [['2']],
      ['{"id":1}', '{"id":2}']
    ],
    [
      'counted by status',
      "select count(*), result:status::varchar as status from (select push_to_dynamo('t', object_construct('id', id)) as result from items) group by 2",
      [['3', 'written']],
      ['{"id":1}', '{"id":2}', '{"id":3}']
    ],
    [
      'grouped by its own answer',
      "select push_to_dynamo('t', object_construct('id', id)):status::varchar s, count(*) c from items group by s having c > 1 order by s",
      [['written', '3']],
      ['{"id":1}', '{"id":2}', '{"id":3}']
    ],
    [
      'grouped by the same words again',
      "select push_to_dynamo('t', object_construct('id', id)):status, count(*) from items group by push_to_dynamo('t', object_construct('id', id)):status",
      [['"written"', '3']],
      ['{"id":1}', '{"id":2}', '{"id":3}']
    ],
    [
      'inside a sum',
      "select sum(push_to_dynamo('t', object_construct('id', id)):n::int) from items",
      [['6']],
      ['{"id":1}', '{"id":2}', '{"id":3}']
    ],
    [
      'of sums',
      "select push_to_dynamo('t', object_construct('n', count(*), 'least', min(id))):n, count(*) from items",
      [['1', '3']],
      ['{"least":1,"n":3}']
    ],
    [
      'after QUALIFY',
      "select id, push_to_dynamo('t', object_construct('id', id)):n from items qualify row_number() over (order by id desc) = 1",
      [['3', '1']],
      ['{"id":3}']
    ],
    [
      'in a CTE',
      "with p as (select id, push_to_dynamo('t', object_construct('id', id)) r from items where id > 1) select a.id, b.r:n from p a join p b on a.id = b.id order by 1",
      [
        ['2', '1'],
        ['3', '2']
      ],
      ['{"id":2}', '{"id":3}']
    ],
    [
      'whose alias the next item uses',
      "select push_to_dynamo('t', object_construct('id', id)) r, r:status::varchar = 'written' as ok from items where id = 1",
      [['{"n":1,"status":"written"}', 'TRUE']],
      ['{"id":1}']
    ],
    [
      'inside CASE beside a window',
      "select case when push_to_dynamo('t', object_construct('id', id)):status = 'written' then 'ok' end, count(*) over () from items where id < 3",
      [
        ['ok', '2'],
        ['ok', '2']
      ],
      ['{"id":1}', '{"id":2}']
    ],
    [
      'with DISTINCT',
      "select distinct push_to_dynamo('t', object_construct('id', id)):status::varchar from items",
      [['written']],
      ['{"id":1}', '{"id":2}', '{"id":3}']
    ],
    [
      'without a table',
      "select push_to_dynamo('t', object_construct('a', 1)):status::varchar",
      [['written']],
      ['{"a":1}']
    ],
    [
      'in a scalar subquery',
      "select id, (select push_to_dynamo('t', object_construct('a', 1)):n) from items where id < 3 order by id",
      [
        ['1', '1'],
        ['2', '1']
      ],
      ['{"a":1}']
    ],
    [
      'beside FLATTEN',
      "select push_to_dynamo('t', object_construct('id', id, 'x', f.value)):n from items, lateral flatten(v) f order by id",
      [['1'], ['2']],
      ['{"id":1,"x":1}', '{"id":3,"x":1}']
    ],
    [
      'in QUALIFY',
      "select id from items qualify row_number() over (order by get_from_dynamo('t', object_construct('id', id)):id::int desc) = 1",
      [['3']],
      ['{"id":1}', '{"id":2}', '{"id":3}']
    ],
    [
      'before WHERE, QUALIFY and HAVING that use its alias',
      "select id, push_to_dynamo('t', object_construct('id', id)):n::int as n from items where n > 1 qualify row_number() over (order by n) = 1",
      [['2', '2']],
      ['{"id":1}', '{"id":2}', '{"id":3}']
    ],
    [
      'with GROUP BY ALL',
      "select push_to_dynamo('t', object_construct('id', id)):status::varchar s, count(*) from items group by all",
      [['written', '3']],
      ['{"id":1}', '{"id":2}', '{"id":3}']
    ],
    [
      'only for the rows of its branch: CASE',
      "select id, case when id = 1 then 'one' when id = 2 then push_to_dynamo('t', object_construct('id', id)):status::varchar end from items order by id",
      [
        ['1', 'one'],
        ['2', 'written'],
        ['3', null]
      ],
      ['{"id":2}']
    ],
    [
      'only for the rows of its branch: CASE of a value, ELSE',
      "select case name when 'a' then 1 else push_to_dynamo('t', object_construct('id', id)):n::int end from items order by id",
      [['1'], ['1'], ['2']],
      ['{"id":2}', '{"id":3}']
    ],
    [
      'only for the rows of its branch: IFF inside IFF',
      "select iff(id > 1, iff(id > 2, push_to_dynamo('t', object_construct('id', id)):n::int, 0), -1) from items order by id",
      [['-1'], ['0'], ['1']],
      ['{"id":3}']
    ],
    [
      'only for the rows of its branch: COALESCE',
      "select coalesce(name, push_to_dynamo('t', object_construct('id', id)):status::varchar) from items order by id",
      [['a'], ['b'], ['written']],
      ['{"id":3}']
    ],
    [
      'only for the rows of its branch: NVL2 and DECODE',
      "select nvl2(name, 0, push_to_dynamo('t', object_construct('id', id)):n::int), decode(name, null, 0, 'a', push_to_dynamo('t', object_construct('id', id)):n::int) from items order by id",
      [
        ['0', '2'],
        ['0', null],
        ['1', '0']
      ],
      ['{"id":3}', '{"id":1}']
    ],
    [
      'in the answer to another call',
      "select case when get_from_dynamo('t', object_construct('id', id)):id = 2 then push_to_dynamo('t', object_construct('again', id)):n::int end from items order by id",
      [[null], ['4'], [null]],
      ['{"id":1}', '{"id":2}', '{"id":3}', '{"again":2}']
    ],
    [
      'in UPDATE … SET',
      "update items set v = push_to_dynamo('t', object_construct('id', id)) where id < 3; select v:n from items order by id",
      [['2', '0'], ['1'], ['2'], [null]],
      ['{"id":1}', '{"id":2}']
    ],
    [
      'in DELETE … WHERE',
      "delete from items where get_from_dynamo('t', object_construct('id', id)):id = 2; select id from items order by id",
      [['1'], ['1'], ['3']],
      ['{"id":1}', '{"id":2}', '{"id":3}']
    ],
    [
      'in the source of a MERGE',
      "merge into log using (select id, push_to_dynamo('t', object_construct('id', id)) as r from items) s on log.id = s.id when matched then update set r = s.r when not matched then insert (id, r) values (s.id, s.r); select r:n from log order by id",
      [['3', '0'], ['1'], ['2'], ['3']],
      ['{"id":1}', '{"id":2}', '{"id":3}']
    ],
    [
      'each time a view over it, or a view over that, is read, and not before',
      "create or replace view w as select id, push_to_dynamo('t', object_construct('id', id)) r from items; create or replace view w2 (k, s) as select id, r:n from w where id = 3; select s from w2; select s from w2; drop view w2; drop view w",
      [['3'], ['6']],
      ['{"id":1}', '{"id":2}', '{"id":3}', '{"id":1}', '{"id":2}', '{"id":3}']
    ],
    [
      'in both sides of a UNION',
      "select push_to_dynamo('t', object_construct('id', id)):n::int n from items where id = 1 union all select push_to_dynamo('t', object_construct('id', id)):n::int from items where id = 2 order by n",
      [['1'], ['2']],
      ['{"id":1}', '{"id":2}']
    ]
  ])('is made %s', async (_, sql, rows, sent) => {
    expect(await sheet.run(sql)).toEqual(rows)
    expect(sheet.heard.flatMap((call) => call.rows.map((args) => args[1]))).toEqual(sent)
  })

  it('is chosen by the number of its arguments', async () => {
    await sheet.run(
      "select push_to_dynamo('t', object_construct('id', 1), object_construct('mode', 'update')), delete_from_dynamo('t', object_construct('id', 2))"
    )
    expect(sheet.heard.map(({ name, args }) => [name, args])).toEqual([
      ['push_to_dynamo', 3],
      ['delete_from_dynamo', 2]
    ])
  })

  it('waits for the call inside its arguments', async () => {
    const rows = await sheet.run(
      "select get_from_dynamo('t', push_to_dynamo('t', object_construct('id', id))):n from items"
    )
    expect(rows).toEqual([['1'], ['2'], ['3']])
    expect(sheet.heard.map((call) => call.name)).toEqual(['push_to_dynamo', 'get_from_dynamo'])
  })

  it('is made once a row in INSERT … SELECT and CREATE TABLE AS', async () => {
    await sheet.run("insert into log select id, push_to_dynamo('t', object_construct(*)) from items")
    await sheet.run(
      "create table log2 as select id, push_to_dynamo('t', object_construct('id', id)) as r, r:n::int as n from items"
    )
    expect(
      await sheet.run('select l.id, l.r:n::int, m.n from log l join log2 m on l.id = m.id order by 1')
    ).toEqual([
      ['1', '1', '4'],
      ['2', '2', '5'],
      ['3', '3', '6']
    ])
    expect(sheet.heard.map((call) => call.rows.length)).toEqual([3, 3])
  })

  it('sees the same random value that the row shows', async () => {
    const sql = "select uuid_string() as u, get_from_dynamo('t', object_construct('u', u)):u = u from items"
    expect((await sheet.run(sql)).map((row) => row[1])).toEqual(['TRUE', 'TRUE', 'TRUE'])
  })

  it('is not made for no rows', async () => {
    expect(
      await sheet.run("select push_to_dynamo('t', object_construct(*)) from items where id > 9")
    ).toEqual([])
    expect(sheet.heard).toEqual([])
  })

  it('tells its progress', async () => {
    const told: (readonly number[])[] = []
    await sheet.worksheet.run("select push_to_dynamo('t', object_construct(*)) from items", {
      onResult: () => undefined,
      progress: (answered, of) => told.push([answered, of])
    })
    expect(told).toEqual([[3, 3]])
  })
})

describe('a statement that cannot be run', () => {
  it.each([
    [
      'too few arguments',
      "select push_to_dynamo('t') from items",
      "Invalid argument types for function 'PUSH_TO_DYNAMO': (VARCHAR)"
    ],
    [
      'text for an OBJECT',
      "select push_to_dynamo('t', 'x') from items",
      "Invalid argument types for function 'PUSH_TO_DYNAMO': (VARCHAR, VARCHAR)"
    ],
    [
      'an array for an OBJECT',
      "select push_to_dynamo('t', v) from items where id = 3",
      'Failed to cast variant value ARRAY to OBJECT'
    ],
    [
      'a mistake outside the call',
      "select push_to_dynamo('t', object_construct(*)), no_such(id) from items",
      'NO_SUCH is not supported in the local worksheet'
    ],
    [
      'an unknown column',
      "select push_to_dynamo('t', object_construct('x', nope)) from items",
      "invalid identifier 'NOPE'"
    ],
    [
      'a wrong type in the end',
      "insert into log select push_to_dynamo('t', object_construct('id', id)), id from items",
      'Expression type does not match column data type'
    ],
    [
      'a call in JOIN … ON',
      "select 1 from items a join items b on push_to_dynamo('t', object_construct('id', a.id)) is null",
      'PUSH_TO_DYNAMO here is not supported'
    ],
    [
      'a call in a correlated subquery',
      "select (select push_to_dynamo('t', object_construct('id', i.id))) from items i",
      'correlated subquery is not supported'
    ],
    [
      'a call in VALUES',
      "insert into log values (1, push_to_dynamo('t', object_construct('id', 1)))",
      'Invalid expression [PUSH_TO_DYNAMO('
    ],
    [
      'a mistake in UPDATE',
      "update items set v = push_to_dynamo('t', object_construct('id', nope))",
      "invalid identifier 'NOPE'"
    ],
    [
      'a mistake in a view',
      "create view w as select push_to_dynamo('t', object_construct('id', nope)) r from items",
      "invalid identifier 'NOPE'"
    ],
    [
      'a call in a recursive query',
      "with recursive r(n) as (select 1 union all select push_to_dynamo('t', object_construct('n', n)):n::int from r) select * from r",
      'WITH RECURSIVE is not supported'
    ]
  ])('sends nothing: %s', async (_, sql, message) => {
    await expect(sheet.run(sql)).rejects.toThrow(message)
    expect(sheet.heard).toEqual([])
    expect(await sheet.run('select count(*) from log')).toEqual([['0']])
  })

  it('fails with the text of the call and changes nothing', async () => {
    const failing = await openScripted(() => {
      throw new Error('Request failed for external function PUSH_TO_DYNAMO')
    })
    await failing.run(setup)
    await expect(
      failing.run(
        "insert overwrite into items select id, name, push_to_dynamo('t', object_construct(*)) from items"
      )
    ).rejects.toThrow('Request failed for external function PUSH_TO_DYNAMO')
    await expect(
      failing.run(
        "create or replace table items as select push_to_dynamo('t', object_construct(*)) r from items"
      )
    ).rejects.toThrow('Request failed')
    expect(await failing.run('select id, name from items order by id')).toEqual([
      ['1', 'a'],
      ['2', 'b'],
      ['3', null]
    ])
    await failing.worksheet.close()
  })
})
