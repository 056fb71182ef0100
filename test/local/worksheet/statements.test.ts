import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseJson } from '../../../api/json/json-text.ts'
import { variantText } from '../../../api/local/worksheet/variant.ts'
import {
  openWorksheet,
  type StatementResult,
  type Worksheet
} from '../../../api/local/worksheet/worksheet.ts'
import type { Case } from './cases/case.ts'
import { dates } from './cases/dates.ts'
import { numbers } from './cases/numbers.ts'
import { objects } from './cases/objects.ts'
import { paths } from './cases/paths.ts'
import { queries } from './cases/queries.ts'
import { setup } from './cases/setup.ts'
import { texts } from './cases/text.ts'

/** Cells as the cases write them: a VARIANT on one line. */
const cellsOf = (result: StatementResult): readonly (readonly (string | null)[])[] =>
  result.rows.map((row) =>
    row.map((value, at) =>
      value !== null && result.columns[at]?.type === 'VARIANT' ? variantText(parseJson(value)) : value
    )
  )

describe('the worksheet gives the rows that Snowflake gives', () => {
  let worksheet: Worksheet
  beforeAll(async () => {
    worksheet = await openWorksheet({ call: async () => [], threads: 1 })
    await worksheet.run(setup)
  })
  afterAll(() => worksheet.close())

  const topics: Readonly<Record<string, readonly Case[]>> = { objects, paths, numbers, texts, dates, queries }
  for (const [topic, cases] of Object.entries(topics)) {
    describe(topic, () => {
      it.each(cases.map(({ sql, rows }) => [sql, rows] as const))('%s', async (sql, rows) => {
        const results: StatementResult[] = []
        await worksheet.run(sql, { onResult: (result) => results.push(result) })
        expect(results.flatMap(cellsOf)).toEqual(rows)
      })
    })
  }
})
