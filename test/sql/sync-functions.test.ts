import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWorksheet, type Worksheet } from '../../api/local/worksheet/worksheet.ts'

let worksheet: Worksheet
beforeAll(async () => {
  worksheet = await openWorksheet({ call: async () => [], threads: 1 })
})
afterAll(() => worksheet.close())

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
const cellOf = async (sql: string): Promise<string | null> => {
  let cell: string | null = null
  await worksheet.run(sql, { onResult: ({ rows }) => (cell = rows[0]?.[0] ?? null) })
  return cell
}

describe('check_dynamo_sync_options', () => {
  const allCreate = 'capture, schedule, mirror, max_delete_share, bulk_above, adopt, push'
  const when = "option schedule takes '10 minutes', 'cron 0 6 * * * UTC' or 'on change'"
  const bounds = 'option schedule takes 10 seconds to 192 hours, as tasks do'
  it.each([
    ['create', '{}', null],
    [
      'create',
      '{"capture":"full","schedule":"10 minutes","mirror":true,"max_delete_share":0.2,"bulk_above":3,"adopt":false,"push":{}}',
      null
    ],
    ['create', '{"schedule":"cron 0 6 * * MON-FRI Europe/Berlin"}', null],
    ['create', '{"schedule":"cron */5 * * * *"}', null],
    ['create', '{"schedule":"cron 0 6 * *"}', when],
    ['create', '{"schedule":"0 minutes"}', when],
    ['create', '{"schedule":"every day"}', when],
    ['create', '{"schedule":null}', null],
    // https://docs.snowflake.com/en/sql-reference/sql/create-task: 10 seconds to 8 days
    ['create', '{"schedule":"10 seconds"}', null],
    ['create', '{"schedule":"11520 minutes"}', null],
    ['create', '{"schedule":"9 seconds"}', bounds],
    ['create', '{"schedule":"11521 MINUTES"}', bounds],
    ['create', '{"schedule":"193 hours"}', bounds],
    ['create', '{"schedule":"on change"}', "schedule 'on change' needs capture 'stream'"],
    ['create', '{"schedule":"on change","capture":"stream"}', null],
    ['create', '{"captre":"diff"}', 'unknown option captre: did you mean capture?'],
    ['create', '{"zzzzzzzzzz":1}', `unknown option zzzzzzzzzz; the options are ${allCreate}`],
    ['create', '{"capture":"dif"}', "option capture takes 'stream', 'diff' or 'full'"],
    ['create', '{"mirror":"yes"}', 'option mirror takes true or false'],
    ['create', '{"mirror":1}', 'option mirror takes true or false'],
    ['create', '{"max_delete_share":1}', null],
    ['create', '{"max_delete_share":1.01}', 'option max_delete_share takes a number from 0 to 1'],
    ['create', '{"max_delete_share":"0.5"}', 'option max_delete_share takes a number from 0 to 1'],
    ['create', '{"bulk_above":1.5}', 'option bulk_above takes a whole number of rows'],
    ['create', '{"bulk_above":-1}', 'option bulk_above takes a whole number of rows'],
    ['create', '{"push":"lower"}', 'option push takes an object of push options'],
    ['create', '{"push":{"dry_run":true}}', 'push option dry_run: use preview_dynamo_sync'],
    [
      'create',
      '{"push":{"mode":"delete"}}',
      "push option mode takes 'put' or 'update' in a sync; option mirror deletes"
    ],
    ['run', '{"resend":true,"fail":false,"redrive":true,"max_delete_share":0}', null],
    [
      'run',
      '{"force":true}',
      'unknown option force; the options are max_delete_share, redrive, resend, fail'
    ],
    ['drop', '{"force":1}', 'option force takes true or false'],
    ['resume', '{"forse":true}', 'unknown option forse: did you mean force?'],
    ['alter', '{"bulk_abov":1}', 'unknown option bulk_abov: did you mean bulk_above?']
  ])('%s %s', async (procedure, options, message) => {
    expect(
      await cellOf(`CALL check_dynamo_sync_options('${procedure}_dynamo_sync', ${quoted(options)})`)
    ).toBe(message)
  })
})

describe('write_dynamo_key', () => {
  it.each([
    ['["ID"]', '{}', '{"ID":"a"}', '{"ID":"a"}'],
    [
      '["CUSTOMER_ID","ORDER_NO"]',
      '{"names":"lower"}',
      '{"CUSTOMER_ID":"c","ORDER_NO":12345678901234567890123456789012345678}',
      '{"customer_id":"c","order_no":12345678901234567890123456789012345678}'
    ],
    [
      '["CUSTOMER_ID","already","UPPER"]',
      '{"names":"camel"}',
      '{"CUSTOMER_ID":"c","already":1,"UPPER":2}',
      '{"already":1,"customerId":"c","upper":2}'
    ],
    [
      '["A","B"]',
      '{"names":"lower","rename":{"A":"pk"},"types":{"pk":"S"}}',
      '{"A":7,"B":8}',
      '{"b":8,"pk":"7"}'
    ],
    [
      '["CUSTOMER_ID"]',
      `{"keys":{"pk":"IT'S#{CUSTOMER_ID}#","sk":"PROFILE"}}`,
      '{"CUSTOMER_ID":42}',
      `{"CUSTOMER_ID":42,"pk":"IT'S#42#","sk":"PROFILE"}`
    ]
  ])('of %s with %s', async (columns, push, itemKey, key) => {
    await worksheet.run(
      `DELETE FROM dynamo_sync_definitions; INSERT INTO dynamo_sync_definitions (sync_name, key_columns, push) VALUES ('s', ${quoted(columns)}, ${quoted(push)})`
    )
    const expression = await cellOf("CALL write_dynamo_key('s')")
    expect(await cellOf(`SELECT TO_JSON(${expression}) FROM (SELECT ${quoted(itemKey)} AS item_key)`)).toBe(
      key
    )
  })
})

describe('how a column is written', () => {
  // The worksheet has no TIMESTAMP_TZ: what is written of one is read.
  it('TIMESTAMP_TZ keeps its offset, with as many digits as the others', async () => {
    expect(await cellOf("SELECT dynamo_sync_value('v', 'TIMESTAMP_TZ(9)[SB16]')")).toBe(
      `coalesce('"' || to_varchar(v, 'YYYY-MM-DD"T"HH24:MI:SS.FF9TZH:TZM') || '"', 'null')`
    )
    expect(await cellOf("SELECT dynamo_sync_value('v', 'TIMESTAMP_TZ(3)[SB8]')")).toContain('SS.FF6TZH:TZM')
  })

  it.each([
    ['[1,undefined,2]', '[1,null,2]'],
    ['[undefined]', '[null]'],
    ['[undefined,undefined]', '[null,null]'],
    ['{"a":[undefined,"undefined"],"b":undefined}', '{"a":[null,"undefined"],"b":null}'],
    [
      '["a,undefined,b","say \\"undefined\\"","\\\\",undefined]',
      '["a,undefined,b","say \\"undefined\\"","\\\\",null]'
    ],
    ['"undefined"', '"undefined"'],
    ['[1,true,null]', '[1,true,null]']
  ])('NULL in an ARRAY as JSON has it: %s', async (shown, json) => {
    expect(await cellOf(`SELECT dynamo_sync_json(${quoted(shown)})`)).toBe(json)
  })

  const written = async (type: string, value: string): Promise<string | null> => {
    const expression = await cellOf(`SELECT dynamo_sync_value('v', ${quoted(type)})`)
    return cellOf(`SELECT ${expression} FROM (SELECT ${value} AS v)`)
  }
  it.each([
    ['NUMBER(38,2)[SB16]', '10.50::number(38,2)', '10.50'],
    [
      'NUMBER(38,0)[SB16]',
      '12345678901234567890123456789012345678',
      '12345678901234567890123456789012345678'
    ],
    ['FLOAT[DOUBLE]', '0.1::float', '"1.00000000000000E-1"'],
    ['FLOAT[DOUBLE]', '(0.1::float + 0.2::float)', '"3.0000000000000004E-1"'],
    ['FLOAT[DOUBLE]', "'NaN'::float", '"NaN"'],
    ['FLOAT[DOUBLE]', "'inf'::float", '"Infinity"'],
    ['FLOAT[DOUBLE]', "'-inf'::float", '"-Infinity"'],
    ['BOOLEAN[SB1]', 'true', 'true'],
    ['BOOLEAN[SB1]', 'false', 'false'],
    ['BOOLEAN[SB1]', 'null::boolean', 'null'],
    ['VARCHAR(10)[LOB]', '\'say "ü"\\\\\'', '"say \\"ü\\"\\\\"'],
    ['VARCHAR(10)[LOB]', 'null::varchar', 'null'],
    ['DATE[SB4]', "'2026-02-03'::date", '"2026-02-03"'],
    ['TIME(9)[SB8]', "'10:11:12.5'::time", '"10:11:12.500000000"'],
    ['TIME(3)[SB8]', "'10:11:12.5'::time", '"10:11:12.500000"'],
    [
      'TIMESTAMP_NTZ(9)[SB16]',
      "'2026-01-01 10:00:00.123456789'::timestamp_ntz",
      '"2026-01-01T10:00:00.123456789"'
    ],
    ['TIMESTAMP_NTZ(6)[SB8]', "'2026-01-01 10:00:00.123456'::timestamp_ntz", '"2026-01-01T10:00:00.123456"'],
    ['TIMESTAMP_LTZ(9)[SB16]', "'2026-01-01 10:00:00'::timestamp_ltz", '"2026-01-01T10:00:00.000000000Z"'],
    ['BINARY(8388608)[LOB]', "'00FFAB'::binary", '"AP+r"'],
    ['BINARY(8388608)[LOB]', 'null::binary', 'null'],
    ['VARIANT[LOB]', 'parse_json(\'{"a":[1,null]}\')', '{"a":[1,null]}'],
    ['ARRAY[LOB]', 'array_construct(1, 2)', '[1,2]']
  ])('%s %s', async (type, value, text) => {
    expect(await written(type, value)).toBe(text)
  })

  it('in a fixed order, the key in its own', async () => {
    const columns = JSON.stringify([
      { name: 'A', type: 'NUMBER(38,0)[SB1]' },
      { name: 'B\'"', type: 'VARCHAR(1)[LOB]' },
      { name: 'C', type: 'FLOAT[DOUBLE]' }
    ])
    const made = JSON.parse(
      (await cellOf(`CALL write_dynamo_columns(${quoted(columns)}, '["C","A"]')`)) ?? ''
    ) as {
      key: string
      has_key: string
      item: string
      floats: readonly string[]
    }
    expect(made.floats).toEqual(['C'])
    expect(made.has_key).toBe('"C" is not null and "A" is not null')
    const from = `FROM (SELECT 1 AS "A", 'x' AS "B'""", 2::float AS "C")`
    expect(await cellOf(`SELECT ${made.key} ${from}`)).toBe('{"C":"2.00000000000000E0","A":1}')
    expect(await cellOf(`SELECT ${made.item} ${from}`)).toBe(`{"A":1,"B'\\"":"x","C":"2.00000000000000E0"}`)
  })

  it('FLOAT goes as a number by its digits, unless the push options say otherwise', async () => {
    const options = (push: string, adopts: boolean) =>
      cellOf(`CALL push_options_of_run(${quoted(push)}, '["F","G_H"]', ${adopts})`)
    expect(JSON.parse((await options('{"names":"camel"}', false)) ?? '')).toEqual({
      names: 'camel',
      types: { f: 'N', gH: 'N' }
    })
    expect(JSON.parse((await options('{"types":{"F":"S"}}', true)) ?? '')).toEqual({
      skip_unchanged: true,
      types: { F: 'S', G_H: 'N' }
    })
  })
})

describe('small functions', () => {
  it.each([
    ["dynamo_sync_interval('10 minutes')", '600'],
    ["dynamo_sync_interval('1 hour')", '3600'],
    ["dynamo_sync_interval('30 seconds')", '30'],
    ["dynamo_sync_interval('on change')", null],
    ['dynamo_sync_interval(NULL)', null],
    ["dynamo_sync_interval('cron */5 * * * *')", '3600'],
    ["dynamo_sync_interval('cron 0 6 * * *')", '86400'],
    ["dynamo_sync_interval('cron 0 6 * * MON-FRI Europe/Berlin')", '604800'],
    ["dynamo_sync_interval('cron 0 6 1 * *')", '2678400'],
    ["dynamo_sync_interval('cron 0 6 1 1 *')", '31622400'],
    ['dynamo_sync_from(\'DB."my schema".t\')', 'DB."my schema".t'],
    ['dynamo_sync_from(\'"a ""b"".c"."d"\')', '"a ""b"".c"."d"'],
    ['dynamo_sync_from(\'"a" "b"\')', '("a" "b"\n)'],
    ["dynamo_sync_from('SELECT 1 -- one')", '(SELECT 1 -- one\n)'],
    ['dynamo_sync_attribute(\'B_C\', \'{"rename":{"B_C":"x"},"names":"lower"}\')', 'x'],
    [
      "dynamo_sync_reason('Uncaught exception of type ''STATEMENT_ERROR'' on line 3 at position 4 : Uncaught exception of type ''REFUSED'' on line 1 at position 9 : it is so')",
      'it is so'
    ]
  ])('%s', async (call, answer) => {
    expect(await cellOf(`SELECT ${call}`)).toBe(answer)
  })

  it('a refusal says what it was told, whatever stands in it', async () => {
    const block = (await cellOf(`SELECT dynamo_sync_refusal(${quoted("it's \\ so")})`)) ?? ''
    await expect(cellOf(`EXECUTE IMMEDIATE ${quoted(block)}`)).rejects.toThrow("it's \\ so")
  })
})
