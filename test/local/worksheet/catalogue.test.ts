import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseJson } from '../../../api/json/json-text.ts'
import { type Engine, openEngine } from '../../../api/local/worksheet/engine.ts'
import { knownFunctions } from '../../../api/local/worksheet/function-catalog.ts'
import { variantText } from '../../../api/local/worksheet/variant.ts'
import { openWorksheet, type StatementResult } from '../../../api/local/worksheet/worksheet.ts'
import * as catalogue from './cases/catalogue.ts'

let worksheet: Awaited<ReturnType<typeof openWorksheet>>
let engine: Engine
beforeAll(async () => {
  worksheet = await openWorksheet({ call: async () => [] })
  engine = await openEngine()
})
afterAll(async () => {
  engine.close()
  await worksheet.close()
})

const lastRowOf = async (sql: string): Promise<readonly (string | null)[]> => {
  const results: StatementResult[] = []
  await worksheet.run(sql, { onResult: (result) => results.push(result) })
  const [{ rows, columns } = { rows: [], columns: [] }] = results
  return (rows.at(-1) ?? []).map((value, at) =>
    value !== null && columns[at]?.type === 'VARIANT' ? variantText(parseJson(value)) : value
  )
}
const given = 'from (select column1 as x from values (null), (1), (2), (4))'

describe('the functions of the catalogue give what Snowflake gives', () => {
  it.each<[topic: string, table: catalogue.Given, from: string]>([
    ['texts', catalogue.textFunctions, ''],
    ['numbers', catalogue.numberFunctions, ''],
    ['dates', catalogue.dateFunctions, ''],
    ['variants', catalogue.variantFunctions, ''],
    ['aggregates', catalogue.aggregateFunctions, given],
    ['aggregates of nothing', catalogue.emptyAggregates, `${given} where x > 9`],
    ['windows', catalogue.windowFunctions, `${given} where x is not null order by x`]
  ])('%s', async (_topic, table, from) => {
    const row = await lastRowOf(`select ${table.map(([expression]) => expression).join(', ')} ${from}`)
    expect(table.map(([expression], n) => [expression, row[n]])).toEqual(table)
  })

  it('or refuse it by name', async () => {
    for (const [expression, message] of catalogue.refused)
      await expect(lastRowOf(`select ${expression}`), expression).rejects.toThrow(message)
  })

  it('of NULL give NULL, whichever argument it is', async () => {
    const values: Readonly<Record<string, string>> = {
      text: "'a'",
      number: '1',
      whole: '1',
      day: "'2024-05-10'::date",
      moment: "'2024-05-10'::timestamp",
      flag: 'false',
      variant: "parse_json('[1]')",
      item: '1'
    }
    /** Arguments that these take nothing else for, by their position. */
    const written: Readonly<Record<string, Readonly<Record<number, string>>>> = {
      last_day: { 1: "'month'" },
      log: { 0: '2' },
      regexp_like: { 2: "'i'" },
      regexp_replace: { 5: "'i'" },
      regexp_substr: { 1: "'(a)'", 4: "'i'" },
      rlike: { 2: "'i'" },
      sha2: { 1: '256' }
    }
    /** Where NULL stands for something: the value to delete, a truth that does not matter. */
    const others = /^(booland|boolor|object_insert|array_append|array_prepend|array_contains|to_object)$/
    const calls: string[] = []
    for (const [macro, overloads] of engine.macros)
      for (const parameters of overloads)
        for (const at of parameters.keys()) {
          const name = macro.slice(3).toLowerCase()
          if (others.test(name)) continue
          const args = parameters.map((parameter, n) =>
            n === at ? 'null' : (written[name]?.[n] ?? values[parameter.replace(/\d+$/, '')] ?? 'null')
          )
          calls.push(`${name}(${args.join(', ')})`)
        }
    expect(calls.length).toBeGreaterThan(150)
    const row: (string | null)[] = []
    for (let from = 0; from < calls.length; from += 60)
      row.push(...(await lastRowOf(`select ${calls.slice(from, from + 60).join(', ')}`)))
    expect(calls.filter((_, n) => row[n] !== null)).toEqual([])
  })

  it('all stand in some case', () => {
    const folder = new URL('cases/', import.meta.url)
    const tested = readdirSync(folder).map((name) =>
      readFileSync(new URL(name, folder), 'utf8').toUpperCase()
    )
    /** Tested elsewhere: they need a session, a stream or an order of their own. */
    const elsewhere = ['LAST_QUERY_ID', 'SYSTEM$STREAM_HAS_DATA', 'RESULT_SCAN', 'SEQ1', 'SEQ2', 'SEQ8']
    const missing = [...knownFunctions(engine.macros.keys(), [])].filter(
      (name) =>
        !elsewhere.includes(name) &&
        !tested.some((text) => new RegExp(`\\b${name.replace('$', '\\$')}\\s*\\(`).test(text))
    )
    expect(missing).toEqual([])
  })
})
