import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, it } from 'vitest'
import { itemValue } from '../../api/decode/chunk-row.ts'
import { parquetRows } from '../../api/decode/parquet.ts'
import { rowsAtOnce } from '../../api/decode/parquet-budget.ts'
import { toJsonText } from '../../api/json/to-json-text.ts'

type RowGroup = Parameters<typeof rowsAtOnce>[0]

const groupOf = (rows: number, columns: number, said: object = {}): RowGroup =>
  ({
    num_rows: BigInt(rows),
    columns: Array.from({ length: columns }, (_, n) => ({
      meta_data: {
        num_values: BigInt(rows),
        total_uncompressed_size: 1000n,
        path_in_schema: [`c${n}`],
        ...said
      }
    }))
  }) as unknown as RowGroup

describe('a row group', () => {
  it.each([
    [1_000, 13, 1_000],
    [122_880, 8, 122_880],
    [10_000_000, 1, 1_000_000],
    [1_000_000, 20, 50_000],
    [0, 3, 0]
  ])('of %i rows and %i columns is read %i rows at a time', (rows, columns, atOnce) => {
    const group = groupOf(rows, columns)
    expect(rowsAtOnce(group, 0)).toBe(atOnce)
  })

  it('of 200 million values in 600 bytes is refused before it is read, and says what to do', () => {
    expect(() => rowsAtOnce(groupOf(200_000_000, 1), 3)).toThrow(
      /row group 3 holds 200000000 values of c0 .* unload with smaller row groups/
    )
  })

  it('of few rows with millions of values in lists, or of gigabytes, is refused as well', () => {
    expect(() => rowsAtOnce(groupOf(10, 1, { num_values: 30_000_000n }), 0)).toThrow('30000000 values')
    expect(() => rowsAtOnce(groupOf(10, 1, { total_uncompressed_size: 2n ** 31n }), 0)).toThrow('unpacked')
  })

  it('with nested columns is read in one go: each part would read it to its end', () => {
    const nested = { path_in_schema: ['a', 'list', 'element'] }
    expect(rowsAtOnce(groupOf(2_000_000, 3, nested), 0)).toBe(2_000_000)
  })

  it('that is read in parts gives every row once, in order', async () => {
    const rows = 1_000_300
    const data = Array.from({ length: rows }, (_, n) => n)
    const file = Buffer.from(
      parquetWriteBuffer({ columnData: [{ name: 'n', data, type: 'INT32' }], rowGroupSize: rows })
    )
    const source = {
      byteLength: file.length,
      slice: async (start: number, end: number) => file.subarray(start, end)
    }
    let next = 999_000
    for await (const page of parquetRows(source as never, next))
      for (const row of page) {
        if (row.rowNumber !== next) expect(row.rowNumber).toBe(next)
        if (next % 100 === 0) expect('item' in row && toJsonText(itemValue(row.item))).toBe(`{"n":${next}}`)
        next += 1
      }
    expect(next).toBe(rows)
  })
})
