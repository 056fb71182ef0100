import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWorksheet, type Worksheet } from '../../../api/local/worksheet/worksheet.ts'

// DuckDB is told the moment only before statements that look at it: here it is looked at by ways around.

let worksheet: Worksheet
let now = Date.parse('2026-11-27T10:00:00Z')
beforeAll(async () => {
  worksheet = await openWorksheet({
    call: async () => [],
    clock: { now: () => new Date(now), wait: async () => {} },
    threads: 1
  })
})
afterAll(() => worksheet.close())

const hourOf = async (query: string): Promise<string | null | undefined> => {
  let cell: string | null | undefined
  await worksheet.run(query, { onResult: ({ rows }) => (cell = rows[0]?.[0]) })
  return cell
}

describe('CURRENT_TIMESTAMP()', () => {
  it.each([
    ['written out', '', 'SELECT HOUR(CURRENT_TIMESTAMP())'],
    ['in a view', 'CREATE VIEW v AS SELECT HOUR(CURRENT_TIMESTAMP()) AS h', 'SELECT h FROM v'],
    [
      'in a view of a view',
      'CREATE VIEW w AS SELECT HOUR(CURRENT_TIMESTAMP()) AS h; CREATE VIEW x AS SELECT h FROM w',
      'SELECT h FROM x'
    ],
    [
      'as a default',
      'CREATE TABLE d (n NUMBER, at TIMESTAMP_LTZ DEFAULT CURRENT_TIMESTAMP())',
      'INSERT INTO d (n) VALUES (1); SELECT MAX(HOUR(at)) FROM d'
    ],
    [
      'in a procedure',
      "CREATE PROCEDURE p() RETURNS VARCHAR LANGUAGE SQL AS 'BEGIN RETURN (SELECT HOUR(CURRENT_TIMESTAMP())::VARCHAR); END'",
      'CALL p()'
    ]
  ])('%s is the moment of the statement', async (_, setUp, query) => {
    await worksheet.run(setUp)
    const before = await hourOf(query)
    now += 3_600_000
    expect(Number(await hourOf(query))).toBe(Number(before) + 1)
  })
})
