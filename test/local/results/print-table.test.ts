import { describe, expect, it } from 'vitest'
import { printTable } from '../../../api/local/results/print-table.ts'
import { rowsAsJson } from '../../../api/local/worksheet/rows-as-json.ts'
import type { StatementResult } from '../../../api/local/worksheet/worksheet.ts'

const result: StatementResult = {
  sql: 'select …',
  columns: [
    { name: 'ID', type: 'NUMBER(38,0)' },
    { name: 'NAME', type: 'VARCHAR' },
    { name: 'R', type: 'VARIANT' },
    { name: 'OK', type: 'BOOLEAN' }
  ],
  rows: [
    ['12345678901234567890123456789012345678', 'é😀', '{\n  "n": 1.10\n}', 'TRUE'],
    ['2', null, null, null]
  ]
}

describe('a result as a table', () => {
  it('shows headings, JSON on one line, NULL by its name, and the number of rows', () => {
    expect(printTable(result)).toBe(`+----------------------------------------+------+-----------+------+
| ID                                     | NAME | R         | OK   |
+----------------------------------------+------+-----------+------+
| 12345678901234567890123456789012345678 | é😀  | {"n":1.1} | TRUE |
|                                      2 | NULL | NULL      | NULL |
+----------------------------------------+------+-----------+------+
2 Row(s) produced.
`)
  })

  it('cuts wide cells into lines', () => {
    const wide: StatementResult = {
      sql: '',
      columns: [{ name: 'A', type: 'VARCHAR' }],
      rows: [['x'.repeat(81)]]
    }
    expect(printTable(wide).split('\n').slice(3, 5)).toEqual([
      `| ${'x'.repeat(80)} |`,
      `| x${' '.repeat(79)} |`
    ])
  })

  it('is the status line when there are no rows to show', () => {
    expect(printTable({ sql: '', columns: [], rows: [], status: 'Table T successfully created.' })).toBe(
      'Table T successfully created.\n'
    )
  })
})

describe('a result as JSON', () => {
  it('keeps all digits, puts VARIANTs in place, and NULL as null', () => {
    expect(rowsAsJson(result)).toBe(
      '[{"ID":12345678901234567890123456789012345678,"NAME":"é😀","R":{"n":1.1},"OK":true},\n {"ID":2,"NAME":null,"R":null,"OK":null}]'
    )
  })

  it('is an object with the status when there are no rows to show', () => {
    expect(JSON.parse(rowsAsJson({ sql: '', columns: [], rows: [], status: 'Done.' }))).toEqual([
      { status: 'Done.' }
    ])
  })
})
