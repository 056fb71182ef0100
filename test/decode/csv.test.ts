import { gzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ChunkFormatOption, chunkFormatOf } from '../../api/decode/chunk-format.ts'
import { csvRows } from '../../api/decode/csv.ts'
import type { JsonCells } from '../../api/json/json-cells.ts'
import { toJsonText } from '../../api/json/to-json-text.ts'
import { memorySource } from '../support/memory-source.ts'
import { type ReadOptions, readChunk, readTexts } from '../support/read-chunk.ts'

const csv = (text: string | Uint8Array, format: ChunkFormatOption = {}, options: ReadOptions = {}) =>
  readTexts('rows.csv', text, { format, ...options })

type Cells = readonly (string | null)[]
const header = ['ID', 'NAME', 'CITY']
const asObject = (cells: Cells) => Object.fromEntries(header.map((name, n) => [name, cells[n]]))

const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', '\\', 'N', ' ', '|', 'ü', '😀', '\u2028') }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', '\\N', '"', '\\', 'NULL', '12345678901234567890123456789012345678')
)
const rows = fc.array(fc.tuple(fc.option(text), fc.option(text), fc.option(text)), { maxLength: 20 })
const end = fc.constantFrom('\n', '\r\n')
const pieceBytes = fc.integer({ min: 1, max: 30 })

describe('any rows as CSV', () => {
  const comeBack = (
    toCell: (cell: string | null) => string,
    format: ChunkFormatOption,
    delimiter = ',',
    ends: fc.Arbitrary<string> = end
  ) =>
    fc.assert(
      fc.asyncProperty(rows, ends, fc.boolean(), pieceBytes, async (cells, lineEnd, endsAtLast, bytes) => {
        const lines = [header.join(delimiter), ...cells.map((row) => row.map(toCell).join(delimiter))]
        const chunk = Buffer.from(lines.join(lineEnd) + (endsAtLast ? lineEnd : ''))
        const read = await csv(chunk, format, { pieceBytes: bytes })

        expect(read.map((row) => JSON.parse(row))).toEqual(cells.map(asObject))
      })
    )
  const doubled = (cell: string) => `"${cell.replaceAll('"', '""')}"`
  const plain = /^[^",\\\r\n|]+$/

  it('come back from RFC 4180, NULL as an empty cell', () =>
    comeBack((cell) => (cell === null ? '' : plain.test(cell) ? cell : doubled(cell)), {}))

  it('come back from COPY with FIELD_OPTIONALLY_ENCLOSED_BY', () =>
    comeBack((cell) => (cell === null ? '\\N' : doubled(cell)), {}))

  it('come back from COPY without it, where backslashes save delimiters and line ends', () =>
    comeBack((cell) => (cell === null ? '\\N' : cell.replace(/[\\,\r\n]/g, '\\$&')), {
      quote: 'none',
      empty_as_null: false
    }))

  it('come back from COPY with ESCAPE and another quote', () =>
    comeBack((cell) => (cell === null ? 'NULL' : `'${cell.replace(/[\\']/g, '\\$&')}'`), {
      quote: "'",
      escape: '\\',
      null_if: ['NULL']
    }))

  it('come back with delimiters of several characters', () =>
    comeBack(
      (cell) => (cell === null ? '' : plain.test(cell) ? cell : doubled(cell)),
      { delimiter: '|ü|', record_delimiter: '|\n' },
      '|ü|',
      fc.constant('|\n')
    ))
})

describe('any text that csv-parse reads', () => {
  it('has the same records here, cell by cell', () =>
    fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom('a', 'b', ',', ',', '"', '"', '\n', '\r\n', '\r'), maxLength: 40 }),
        pieceBytes,
        async (chunk, bytes) => {
          // Lone carriage returns may be line ends here.
          fc.pre(!/\r(?!\n)/.test(chunk) || (chunk.includes('\n') && !chunk.endsWith('\r')))
          let expected: string[][]
          try {
            expected = parse(chunk, {
              relax_column_count: true,
              skip_empty_lines: true,
              record_delimiter: ['\n', '\r\n']
            })
          } catch {
            return
          }
          const format = { header: ['A', 'B'], null_if: [], empty_as_null: false } as const
          const read = await readChunk('a.csv', Buffer.from(chunk), {
            format: { ...format, header: [...format.header], null_if: [], escape_unenclosed: 'none' },
            pieceBytes: bytes
          })

          expect(
            read.map((row) => ('item' in row && row.item instanceof Map ? [...row.item.values()] : []))
          ).toEqual(expected.map((cells) => (cells.length === 2 ? cells : [])))
        }
      ),
      { numRuns: 500 }
    ))
})

describe('a CSV chunk', () => {
  it('has the cells of its header as names and only text or NULL as values', async () => {
    expect(await csv('ID,"NA""ME"\r\n1,true\r\n\\N,\r\n"","\\N"\r\n')).toEqual([
      '{"ID":"1","NA\\"ME":"true"}',
      '{"ID":null,"NA\\"ME":null}',
      '{"ID":"","NA\\"ME":"\\\\N"}'
    ])
  })

  it('keeps a backslash that saves nothing', async () => {
    expect(await csv('A,B\nC:\\temp,\\Nx\n')).toEqual(['{"A":"C:\\\\temp","B":"\\\\Nx"}'])
  })

  it('keeps a quote within an unquoted cell', async () => {
    expect(await csv('A,B\n5" pipe,6"\n')).toEqual([String.raw`{"A":"5\" pipe","B":"6\""}`])
  })

  it('takes an empty cell as text when empty_as_null is false', async () => {
    expect(await csv('A,B\n,""\n', { empty_as_null: false })).toEqual(['{"A":"","B":""}'])
  })

  it('takes its names from the option when it has no header', async () => {
    expect(await csv('1,x\n', { header: ['ID', 'NAME'] })).toEqual(['{"ID":"1","NAME":"x"}'])
  })

  it('notes a name given twice on every row for the plan', async () => {
    expect(await readChunk('a.csv', 'A,A\n1,2\n')).toMatchObject([{ item: { repeated: 'A' } }])
  })

  it('may begin with a byte order mark, which belongs to no name', async () => {
    for (const bytes of [1, 2, 100])
      expect(await csv('\ufeffA,B\n1,2', {}, { pieceBytes: bytes })).toEqual(['{"A":"1","B":"2"}'])
    const format = chunkFormatOf('a.csv', { header: ['A', 'B'] })
    const source = memorySource(Buffer.from('\ufeff1,2'), 1)
    const pages =
      format.type === 'csv'
        ? csvRows(source.stream() as AsyncIterable<Buffer>, format.dialect, { from: 0 })
        : []
    for await (const [row] of pages)
      expect(row && 'item' in row && toJsonText((row.item as JsonCells).value())).toBe('{"A":"1","B":"2"}')
    expect.assertions(4)
  })

  it.each(['', '\n', '\ufeff', 'A,B', 'A,B\r\n\r\n'])(
    'without a record after its header has no rows: %j',
    async (chunk) => {
      expect(await csv(chunk)).toEqual([])
    }
  )

  it('does not count empty lines, but for one column an empty line is a row', async () => {
    expect(await csv('\nA,B\n\n1,2\r\n\r\n3,4\n\n')).toEqual(['{"A":"1","B":"2"}', '{"A":"3","B":"4"}'])
    expect(await csv('A\n1\n\n2\n')).toEqual(['{"A":"1"}', '{"A":null}', '{"A":"2"}'])
  })

  it('reads a cell of many megabytes', async () => {
    const cell = 'ü"\n'.repeat(1_000_000)
    const chunk = gzipSync(`A,B\n1,"${cell.replaceAll('"', '""')}"\n2,b\n`)

    const [long, next] = await readTexts('a.csv.gz', chunk)
    expect(JSON.parse(long ?? '')).toEqual({ A: '1', B: cell })
    expect(next).toBe('{"A":"2","B":"b"}')
  })

  it('goes on from any row as it would have without a stop', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('1,2', '"a\nb",2', 'x', '\\N,"', '3,"4" 5', '')),
        fc.nat(12),
        async (lines, from) => {
          const chunk = `A,B\n${lines.join('\n')}`
          const all = await readChunk('a.csv', chunk)

          expect(await readChunk('a.csv', chunk, { from })).toEqual(all.slice(from))
        }
      )
    ))
})
