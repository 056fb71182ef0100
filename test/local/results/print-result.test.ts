import { describe, expect, it } from 'vitest'
import { resultText } from '../../../api/local/results/print-result.ts'
import { printTable } from '../../../api/local/results/print-table.ts'
import type { StatementResult } from '../../../api/local/worksheet/worksheet.ts'

const view = { format: 'table', mostRows: 3 } as const
const terminal = { isTTY: true, columns: 40 }
const resultOf = (columns: Record<string, string>, ...rows: (string | null)[][]): StatementResult => ({
  sql: '',
  columns: Object.entries(columns).map(([name, type]) => ({ name, type })),
  rows
})

describe('a result on a terminal', () => {
  it('is as wide as the terminal at most: its widest column is cut', () => {
    const text = resultText(resultOf({ A: 'VARCHAR' }, ['x'.repeat(50)]), view, terminal)
    expect(text.split('\n').slice(0, 5)).toEqual([
      `+${'-'.repeat(38)}+`,
      `| A${' '.repeat(35)} |`,
      `+${'-'.repeat(38)}+`,
      `| ${'x'.repeat(36)} |`,
      `| ${'x'.repeat(14)}${' '.repeat(22)} |`
    ])
  })

  it('is shown record by record where it would be wider', () => {
    const wide = resultOf({ FIRST: 'VARCHAR', B: 'VARCHAR' }, ['x'.repeat(30), null], ['y', 'z'])
    expect(resultText(wide, view, terminal)).toBe(
      [
        '-[ RECORD 1 ]----------------------',
        `FIRST | ${'x'.repeat(30)}`,
        'B     | NULL',
        '-[ RECORD 2 ]----------------------',
        'FIRST | y',
        'B     | z',
        '2 Row(s) produced.\n'
      ].join('\n')
    )
  })

  it('shows the first rows of a long result, says how many there are, and how to see them', () => {
    const long = resultOf({ N: 'NUMBER(38,0)' }, ...Array.from({ length: 1_200 }, (_, n) => [String(n)]))
    const text = resultText(long, view, terminal)
    expect(text.match(/^\| +\d+ \|$/gm)).toHaveLength(3)
    expect(text).toMatch(/^3 of 1,200 Row\(s\) shown: !all .*!set rows=all/m)
    expect(resultText(long, view, { isTTY: false }).match(/^\| +\d+ \|$/gm)).toHaveLength(1_200)
  })

  it.each(['table', 'json', 'csv'] as const)('is sent nothing that commands it (%s)', (format) => {
    const nasty = resultOf({ 'A\u001b[2J': 'VARCHAR' }, [
      '\u001b]0;title\u0007\u009b31m\u202ereversed\r\u007f'
    ])
    const text = resultText(nasty, { ...view, format }, terminal)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is meant
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    expect(text).toContain(format === 'json' ? '\\u001b]0;title' : '\\x1b]0;title')
    if (format === 'json') expect(JSON.parse(text)).toEqual([{ 'A\u001b[2J': nasty.rows[0]?.[0] }])
  })
})

describe('a table', () => {
  it('aligns what takes two columns, or none', () => {
    const text = printTable(resultOf({ A: 'VARCHAR' }, ['日本語'], ['👨‍👩‍👧'], ['e\u0301'], ['abcdef']))
    expect(text.split('\n').slice(3, 7)).toEqual([
      '| 日本語 |',
      '| 👨‍👩‍👧     |',
      '| e\u0301      |',
      '| abcdef |'
    ])
  })

  it('indents a VARIANT that is all there is to see, and keeps it on its line beside others', () => {
    const item = '{"a":1,"b":{"c":[1,2]}}'
    expect(printTable(resultOf({ ITEM: 'VARIANT' }, [item]))).toContain('|   "b": {')
    expect(printTable(resultOf({ ITEM: 'VARIANT', N: 'NUMBER(1,0)' }, [item, '1']))).toContain(`| ${item} |`)
    expect(printTable(resultOf({ R: 'VARIANT' }, ['{"status":"written"}']))).toContain(
      '| {"status":"written"} |'
    )
  })
})

describe('a result as CSV', () => {
  it('follows RFC 4180; NULL is nothing, empty text is quoted, a VARIANT is JSON', () => {
    const result = resultOf(
      { A: 'NUMBER(38,0)', 'b"': 'VARCHAR', C: 'VARIANT' },
      ['12345678901234567890123456789012345678', 'x,"y"\nz', '{ "n": 1.10 }'],
      [null, '', null]
    )
    expect(resultText(result, { ...view, format: 'csv' }, {})).toBe(
      'A,"b""",C\n12345678901234567890123456789012345678,"x,""y""\nz","{""n"":1.1}"\n,"",'
    )
  })
})
