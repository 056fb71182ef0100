import { createHash } from 'node:crypto'
import { globSync, readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openWorksheet, type Worksheet } from '../../api/local/worksheet/worksheet.ts'

// Each folder of cases is a view: of sql/74_sync_logic without its prefix dynamo_sync_, others by their whole name. Each folder inside it is one
// case: tables as CSV (an empty cell is NULL, md5(x) in a cell is the hash of x, '' is the empty text) or as NDJSON, one row a line, and what the
// view must give for the columns that expected.csv names. Of a procedure it is what it leaves in its table. It is noon of 5 March 2026.

const cases = new URL('./cases/', import.meta.url).pathname
type Row = Readonly<Record<string, string | null>>

const rowsOf = (path: string): readonly Row[] =>
  path.endsWith('.ndjson')
    ? readFileSync(path, 'utf8').trim().split('\n').map(rowOfLine)
    : parse(readFileSync(path, 'utf8'), {
        columns: true,
        trim: true,
        cast: (cell) => (cell === '' ? null : cell)
      })
const rowOfLine = (line: string): Row =>
  Object.fromEntries(
    Object.entries(JSON.parse(line) as Record<string, unknown>).map(([name, value]) => [
      name,
      typeof value === 'string' || value === null ? value : JSON.stringify(value)
    ])
  )

const meant = (cell: string | null): string | null => {
  const [, hashed] = /^md5\((.*)\)$/s.exec(cell ?? '') ?? []
  if (hashed !== undefined) return createHash('md5').update(hashed).digest('hex')
  return cell === "''" ? '' : cell
}
const literal = (cell: string): string => `'${(meant(cell) ?? '').replaceAll("'", "''")}'`

/** The views that these scripts make. */
const viewsOf = (...scripts: readonly string[]): readonly string[] =>
  globSync(scripts.map((script) => new URL(`../../sql/${script}`, import.meta.url).pathname)).flatMap(
    (path) =>
      [...readFileSync(path, 'utf8').matchAll(/^create or replace view .*\.(\w+)/gm)].map(
        ([, name = '']) => name
      )
  )
const prefix = 'dynamo_sync_'
/** Views that are a constant, or only shape what others give: the tests of the procedures show them. */
const shown = ['option_rules', 'run_answers', 'spent']
const views = viewsOf('74_sync_logic/*')
  .map((name) => name.replace(prefix, ''))
  .filter((name) => !shown.includes(name))
/** What the lines of audit/ and the tables of syncs show; dynamo_attention has a test of its own. */
const operated = viewsOf('88_operate/*', '70_sync_tables/73_*').filter((name) => name !== 'dynamo_attention')
/** Procedures, each with the table that it changes. */
const procedures: Readonly<Record<string, string>> = { keep_dynamo_audit_days: 'dynamo_audit_day_counts' }

let worksheet: Worksheet
/** What the case before has filled. */
let filled: readonly string[] = []
const cellsOf = async (sql: string): Promise<readonly (readonly (string | null)[])[]> => {
  let rows: readonly (readonly (string | null)[])[] = []
  await worksheet.run(sql, { onResult: (result) => (rows = result.rows) })
  return rows
}

beforeAll(async () => {
  worksheet = await openWorksheet({
    call: async () => [],
    threads: 1,
    clock: { now: () => new Date('2026-03-05T12:00:00Z'), wait: async () => {} }
  })
})
afterAll(() => worksheet.close())
beforeEach(async () => {
  for (const table of filled) await worksheet.run(`DELETE FROM ${table}`)
  filled = []
})

/** Columns of type VARIANT. */
const variants = ['result', 'event']

const fill = async (path: string): Promise<void> => {
  const table = basename(path).replace(/\..*/, '')
  filled = [...filled, table]
  const ofColumns = new Map<string, string[]>()
  for (const row of rowsOf(path)) {
    const given = Object.entries(row).flatMap(([name, cell]) => (cell === null ? [] : [{ name, cell }]))
    const columns = given.map(({ name }) => name).join(', ')
    const cells = given.map(({ name, cell }) =>
      variants.includes(name) ? `parse_json(${literal(cell)})` : literal(cell)
    )
    ofColumns.set(columns, [...(ofColumns.get(columns) ?? []), `SELECT ${cells.join(', ')}`])
  }
  for (const [columns, rows] of ofColumns)
    await worksheet.run(`INSERT INTO ${table} (${columns}) ${rows.join(' UNION ALL ')}`)
}

const sorted = (rows: readonly (readonly (string | null)[])[]) =>
  rows.map((row) => JSON.stringify(row)).toSorted()

/** What a case looks at, once its tables are filled. */
const shownBy = async (name: string): Promise<string> => {
  const changed = procedures[name]
  if (changed === undefined) return views.includes(name) ? `${prefix}${name}` : name
  filled = [...filled, changed]
  await worksheet.run(`CALL ${name}()`)
  return changed
}

describe('the views', () => {
  it('each have cases', () => {
    expect(readdirSync(cases).toSorted()).toEqual(
      [...views, ...operated, ...Object.keys(procedures)].toSorted()
    )
  })

  for (const name of readdirSync(cases))
    describe(name, () => {
      for (const folder of globSync(`${cases}${name}/*`).toSorted())
        it(basename(folder).replaceAll('_', ' '), async () => {
          for (const path of globSync(`${folder}/{dynamo_*,load_events}.{csv,ndjson}`)) await fill(path)
          const header = readFileSync(`${folder}/expected.csv`, 'utf8').split('\n', 1)[0] ?? ''
          const columns = header.split(',').map((column) => column.trim())
          const given = await cellsOf(
            `SELECT ${columns.map((column) => `(${column})::VARCHAR`).join(', ')} FROM ${await shownBy(name)}`
          )
          const expected = rowsOf(`${folder}/expected.csv`).map((row) =>
            columns.map((column) => meant(row[column] ?? null))
          )
          expect(sorted(given)).toEqual(sorted(expected))
        })
    })
})
