import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseJson } from '../../api/json/json-text.ts'
import type { JsonObject } from '../../api/json/json-value.ts'
import { storedKey } from '../../api/local/syncs/stored-key.ts'
import { readSyncOptions } from '../../api/local/syncs/sync-options.ts'
import { openWorksheet, type Worksheet } from '../../api/local/worksheet/worksheet.ts'

// What a procedure decides in SQL, the worksheet decides in TypeScript: both must say the same. The SELECTs are taken
// out of the procedures as they stand.

let worksheet: Worksheet
beforeAll(async () => {
  worksheet = await openWorksheet({ call: async () => [] })
})
afterAll(() => worksheet.close())

const selectOf = (procedure: string, variable: string): string => {
  const text = readFileSync(new URL(`../../sql/80_sync_procedures/${procedure}.sql`, import.meta.url), 'utf8')
  const [, select] = new RegExp(`\\n    ${variable} := \\(\\n([\\s\\S]*?)\\n    \\);\\n`).exec(text) ?? []
  if (select === undefined) throw new Error(`${procedure} sets no ${variable}`)
  return select
}
const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
const cellOf = async (sql: string): Promise<string | null> => {
  const cells: (string | null)[] = []
  await worksheet.run(sql, { onResult: ({ rows }) => cells.push(rows[0]?.[0] ?? null) })
  return cells[0] ?? null
}

describe('options of create_dynamo_sync', () => {
  const messageOf = (options: string): string | null => {
    try {
      readSyncOptions(parseJson(options))
      return null
    } catch (error) {
      return (error as Error).message
    }
  }

  it.each([
    '{}',
    '{"capture":"full","schedule":"10 minutes","mirror":true,"max_delete_share":0.2,"bulk_above":3,"push":{}}',
    '{"schedule":"cron 0 6 * * MON-FRI Europe/Berlin"}',
    '{"schedule":"cron */5 * * * *"}',
    '{"schedule":"cron 0 6 * *"}',
    '{"schedule":"0 minutes"}',
    '{"schedule":"every day"}',
    '{"schedule":null}',
    '{"captre":"diff"}',
    '{"zzzzzzzzzz":1}',
    '{"capture":"dif"}',
    '{"mirror":"yes"}',
    '{"mirror":1}',
    '{"max_delete_share":1}',
    '{"max_delete_share":1.01}',
    '{"max_delete_share":"0.5"}',
    '{"bulk_above":1.5}',
    '{"bulk_above":-1}',
    '{"push":"lower"}'
  ])('%s', async (options) => {
    const sql = selectOf('81_create_dynamo_sync', 'flaw').replaceAll(':given', quoted(options))
    expect(await cellOf(sql)).toBe(messageOf(options))
  })
})

describe('the key that reconcile_dynamo reads by', () => {
  it.each([
    ['["ID"]', '{}', '{"ID":"a"}'],
    [
      '["CUSTOMER_ID","ORDER_NO"]',
      '{"names":"lower"}',
      '{"CUSTOMER_ID":"c","ORDER_NO":12345678901234567890123456789012345678}'
    ],
    ['["CUSTOMER_ID","already","UPPER"]', '{"names":"camel"}', '{"CUSTOMER_ID":"c","already":1,"UPPER":2}'],
    ['["A$B_c D_1","_LEAD","X__Y"]', '{"names":"camel"}', '{"A$B_c D_1":"c","_LEAD":1,"X__Y":2}'],
    ['["A","B"]', '{"names":"lower","rename":{"A":"pk"},"types":{"pk":"S"}}', '{"A":7,"B":8}'],
    ['["CUSTOMER_ID"]', `{"keys":{"pk":"IT'S#{CUSTOMER_ID}#","sk":"PROFILE"}}`, '{"CUSTOMER_ID":42}']
  ])('of %s with %s', async (columns, push, itemKey) => {
    await worksheet.run(
      `CREATE OR REPLACE TABLE dynamo_sync_definitions AS SELECT 's' AS sync_name, ${quoted(columns)} AS key_columns, ${quoted(push)} AS push`
    )
    const expression = await cellOf(selectOf('89_reconcile_dynamo', 'stored_key').replaceAll(':sync', "'s'"))
    const key = await cellOf(`SELECT TO_JSON(${expression}) FROM (SELECT ${quoted(itemKey)} AS item_key)`)
    expect(parseJson(key ?? '')).toEqual(parseJson(storedKey(itemKey, parseJson(push) as JsonObject)))
  })
})
