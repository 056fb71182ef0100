import { createHash } from 'node:crypto'
import { globSync, readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openWorksheet, type Worksheet } from '../../api/local/worksheet/worksheet.ts'

// Each folder of cases is a view of sql/74_sync_logic; each folder inside it one case: tables as CSV (an empty cell is NULL,
// md5(x) in a cell is the hash of x, '' is the empty text), and what the view must give for the columns that expected.csv names.

const cases = new URL('./cases/', import.meta.url).pathname
type Row = Readonly<Record<string, string | null>>

const rowsOf = (path: string): readonly Row[] =>
  parse(readFileSync(path, 'utf8'), {
    columns: true,
    trim: true,
    cast: (cell) => (cell === '' ? null : cell)
  })

const meant = (cell: string | null): string | null => {
  const [, hashed] = /^md5\((.*)\)$/s.exec(cell ?? '') ?? []
  if (hashed !== undefined) return createHash('md5').update(hashed).digest('hex')
  return cell === "''" ? '' : cell
}
const literal = (cell: string): string => `'${(meant(cell) ?? '').replaceAll("'", "''")}'`

const views = readdirSync(new URL('../../sql/74_sync_logic/', import.meta.url)).map((name) =>
  name.replace(/^\d+_|\.sql$/g, '')
)
/** Views that are a constant, or only shape what others give: the tests of the procedures show them. */
const shown = ['option_rules', 'run_answers', 'spent']

let worksheet: Worksheet
/** What the case before has filled. */
let filled: readonly string[] = []
const cellsOf = async (sql: string): Promise<readonly (readonly (string | null)[])[]> => {
  let rows: readonly (readonly (string | null)[])[] = []
  await worksheet.run(sql, { onResult: (result) => (rows = result.rows) })
  return rows
}

beforeAll(async () => {
  worksheet = await openWorksheet({ call: async () => [], threads: 1 })
  // The audit reads these views, whose cases are tables.
  for (const name of ['dynamo_load_log', 'dynamo_push_counts'])
    await worksheet.run(
      `CREATE TABLE kept_${name} AS SELECT * FROM ${name}; DROP VIEW ${name}; CREATE TABLE ${name} AS SELECT * FROM kept_${name}`
    )
})
afterAll(() => worksheet.close())
beforeEach(async () => {
  for (const table of filled) await worksheet.run(`DELETE FROM ${table}`)
  filled = []
})

const fill = async (path: string): Promise<void> => {
  const table = basename(path, '.csv')
  filled = [...filled, table]
  const ofColumns = new Map<string, string[]>()
  for (const row of rowsOf(path)) {
    const given = Object.entries(row).flatMap(([name, cell]) => (cell === null ? [] : [{ name, cell }]))
    const columns = given.map(({ name }) => name).join(', ')
    const cells = given.map(({ name, cell }) =>
      name === 'result' ? `parse_json(${literal(cell)})` : literal(cell)
    )
    ofColumns.set(columns, [...(ofColumns.get(columns) ?? []), `SELECT ${cells.join(', ')}`])
  }
  for (const [columns, rows] of ofColumns)
    await worksheet.run(`INSERT INTO ${table} (${columns}) ${rows.join(' UNION ALL ')}`)
}

const sorted = (rows: readonly (readonly (string | null)[])[]) =>
  rows.map((row) => JSON.stringify(row)).toSorted()

describe('the views of syncs', () => {
  it('each have cases', () => {
    expect(readdirSync(cases).toSorted()).toEqual(views.filter((name) => !shown.includes(name)).toSorted())
  })

  for (const name of readdirSync(cases))
    describe(name, () => {
      for (const folder of globSync(`${cases}${name}/*`).toSorted())
        it(basename(folder).replaceAll('_', ' '), async () => {
          for (const path of globSync(`${folder}/dynamo_*.csv`)) await fill(path)
          const header = readFileSync(`${folder}/expected.csv`, 'utf8').split('\n', 1)[0] ?? ''
          const columns = header.split(',').map((column) => column.trim())
          const given = await cellsOf(
            `SELECT ${columns.map((column) => `(${column})::VARCHAR`).join(', ')} FROM dynamo_sync_${name}`
          )
          const expected = rowsOf(`${folder}/expected.csv`).map((row) =>
            columns.map((column) => meant(row[column] ?? null))
          )
          expect(sorted(given)).toEqual(sorted(expected))
        })
    })
})
