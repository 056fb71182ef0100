import { globSync, readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { portableNames, syncSchema } from '../../api/local/syncs/portable-views.ts'

// Each folder of cases is one SELECT; each folder inside it one case: tables as CSV (an empty cell is NULL, md5(x) in
// a cell is the hash of x), and what the SELECT must give for the columns that expected.csv names.

const cases = new URL('./cases/', import.meta.url).pathname
type Row = Readonly<Record<string, string | null>>

const rowsOf = (path: string): readonly Row[] =>
  parse(readFileSync(path, 'utf8'), {
    columns: true,
    trim: true,
    cast: (cell) => (cell === '' ? null : cell)
  })

const literal = (cell: string | null): string => {
  if (cell === null) return 'NULL'
  const hashed = /^md5\((.*)\)$/s.exec(cell)
  const text = (hashed?.[1] ?? cell).replaceAll("'", "''")
  return hashed ? `md5('${text}')` : `'${text}'`
}

const answerOf = async (name: string, folder: string) => {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    for (const statement of await syncSchema()) await connection.run(statement)
    for (const path of globSync(`${folder}/dynamo_*.csv`)) {
      for (const row of rowsOf(path)) {
        const values = Object.values(row).map(literal).join(', ')
        await connection.run(
          `INSERT INTO ${basename(path, '.csv')} (${Object.keys(row).join(', ')}) VALUES (${values})`
        )
      }
    }
    const wanted = rowsOf(`${folder}/expected.csv`)
    const header = readFileSync(`${folder}/expected.csv`, 'utf8').split('\n', 1)[0] ?? ''
    const columns = header.split(',').map((column) => column.trim())
    const read = async (sql: string) =>
      (await connection.runAndReadAll(sql))
        .getRowsJson()
        .map((row) => row.map((cell) => (cell === null ? null : String(cell))))
    const texts = columns.map((column) => `CAST(${column} AS VARCHAR)`).join(', ')
    const given = await read(`SELECT ${texts} FROM dynamo_sync_${name} ORDER BY ALL`)
    const lines = wanted.map(
      (row) => `SELECT ${columns.map((column) => literal(row[column] ?? null)).join(', ')}`
    )
    const expected =
      lines.length === 0 ? [] : await read(`SELECT * FROM (${lines.join(' UNION ALL ')}) ORDER BY ALL`)
    return { given, expected }
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

describe('the portable SELECTs', () => {
  it('each have cases', () => {
    expect(readdirSync(cases).toSorted()).toEqual([...portableNames].toSorted())
  })

  for (const name of portableNames)
    describe(name, () => {
      for (const folder of globSync(`${cases}${name}/*`).toSorted())
        it(basename(folder).replaceAll('_', ' '), async () => {
          const { given, expected } = await answerOf(name, folder)
          expect(given).toEqual(expected)
        })
    })
})
