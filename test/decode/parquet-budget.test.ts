import { gzipSync } from 'node:zlib'
import { parquetMetadataAsync } from 'hyparquet'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, it } from 'vitest'
import { itemValue } from '../../api/decode/chunk-row.ts'
import { parquetRows } from '../../api/decode/parquet.ts'
import { planGroup } from '../../api/decode/parquet-budget.ts'
import { readColumns } from '../../api/decode/parquet-columns.ts'
import { rawParquet } from '../../api/decode/parquet-schema.ts'
import { toJsonText } from '../../api/json/to-json-text.ts'
import { craftedParquet } from '../support/crafted-parquet.ts'
import { readChunk } from '../support/read-chunk.ts'

type RowGroup = Parameters<typeof planGroup>[0]

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
const rowsOf = (...asked: Parameters<typeof groupOf>) => planGroup(groupOf(...asked), 0).rows
const setsOf = (...asked: Parameters<typeof groupOf>) =>
  planGroup(groupOf(...asked), 0).sets.map(({ length }) => length)

describe('a row group', () => {
  it.each([
    [1_000, 13, 1_000],
    [122_880, 8, 122_880],
    [10_000_000, 1, 1_000_000],
    [1_000_000, 20, 50_000],
    [0, 3, 0]
  ])('of %i rows and %i columns is read %i rows at a time', (rows, columns, atOnce) => {
    expect(rowsOf(rows, columns)).toBe(atOnce)
  })

  it('of long texts is read in parts of 64 MB', () => {
    expect(rowsOf(100_000, 1, { total_uncompressed_size: 1024n ** 3n })).toBe(6_250)
  })

  it('is read all columns at once as a rule, and set by set when there are many or large ones', () => {
    expect(setsOf(122_880, 8)).toEqual([8])
    expect(setsOf(10_000, 2_000)).toEqual(Array(20).fill(100))
    expect(setsOf(1_000, 3, { total_uncompressed_size: 200n * 1024n ** 2n })).toEqual([1, 1, 1])
  })

  it('of 200 million values in 600 bytes is refused before it is read, and says what to do', () => {
    expect(() => planGroup(groupOf(200_000_000, 1), 3, () => 'total')).toThrow(
      /row group 3 holds total with 200000000 values.* unload with smaller row groups/
    )
  })

  it('of few rows with millions of values in lists, or of gigabytes, is refused as well', () => {
    const lists = { num_values: 30_000_000n, path_in_schema: ['a', 'list', 'element'] }
    expect(() => rowsOf(10, 1, lists)).toThrow('30000000 values')
    expect(() => rowsOf(10, 1, { total_uncompressed_size: 2n ** 31n })).toThrow('unpacked')
  })

  it('with nested columns is read in larger parts: each reads them to their end', () => {
    const nested = { path_in_schema: ['a', 'list', 'element'] }
    expect(rowsOf(2_000_000, 2, nested)).toBe(2_000_000)
    expect(planGroup(groupOf(2_000_000, 3, nested), 0).sets).toEqual([['a']])
  })
})

const sourceOf = (file: Uint8Array) => ({
  byteLength: file.length,
  slice: async (start: number, end: number) => file.subarray(start, end)
})

describe('a row group that is read in parts', () => {
  it('gives every row once, in order', async () => {
    const rows = 1_000_300
    const data = Array.from({ length: rows }, (_, n) => n)
    const file = Buffer.from(
      parquetWriteBuffer({ columnData: [{ name: 'n', data, type: 'INT32' }], rowGroupSize: rows })
    )
    let next = 999_000
    for await (const page of parquetRows(sourceOf(file) as never, next))
      for (const row of page) {
        if (row.rowNumber !== next) expect(row.rowNumber).toBe(next)
        if (next % 100 === 0) expect('item' in row && toJsonText(itemValue(row.item))).toBe(`{"n":${next}}`)
        next += 1
      }
    expect(next).toBe(rows)
  })

  it('gives the same values set by set', async () => {
    const file = parquetWriteBuffer({
      columnData: [
        { name: 'n', data: Array.from({ length: 1000 }, (_, n) => n), type: 'INT32' },
        { name: 'text', data: Array.from({ length: 1000 }, (_, n) => (n % 7 ? `t${n}` : null)) },
        { name: 'list', data: Array.from({ length: 1000 }, (_, n) => Array(n % 4).fill(n)), type: 'JSON' }
      ],
      pageSize: 500
    })
    const raw = rawParquet(await parquetMetadataAsync(file), file.byteLength)
    const names = raw.columns.map(({ alias }) => alias)
    const read = async (sets: readonly (readonly string[])[]) => {
      const columns = await readColumns(file, raw, { rows: 400, sets }, { rowStart: 300, rowEnd: 700 })
      return Array.from({ length: 400 }, (_, n) => columns.map((column) => column.at(300 + n)))
    }
    expect(await read(names.map((name) => [name]))).toEqual(await read([names]))
  })
})

describe('a page', () => {
  const four = new Uint8Array(new Int32Array([1, 2, 3, 4]).buffer)

  it('put together by hand is read as it says', async () => {
    for (const isV2 of [false, true]) {
      const file = craftedParquet({ rows: 4, pages: [{ values: 4, isV2, bytes: four }] })
      expect(await readChunk('a.parquet', file)).toMatchObject([{}, {}, {}, { rowNumber: 3 }])
    }
  })

  it.each([false, true])('that claims more values than its column has is damaged (v2: %s)', async (isV2) => {
    const file = craftedParquet({ rows: 4, pages: [{ values: 200_000_000, isV2, bytes: four }] })
    await expect(readChunk('a.parquet', file)).rejects.toThrow(
      /a page of column n claims 200000000 values .* the column has 4 values: it is damaged/
    )
  })

  it('that claims a negative number of values or bytes is damaged', async () => {
    for (const page of [
      { values: -1, bytes: four },
      { values: 4, unpacked: -5, bytes: four }
    ])
      await expect(readChunk('a.parquet', craftedParquet({ rows: 4, pages: [page] }))).rejects.toThrow(
        'damaged'
      )
  })

  it('of gigabytes in some bytes is refused before it is unpacked', async () => {
    const page = { values: 4, unpacked: 1_500_000_000, bytes: gzipSync(four) }
    const file = craftedParquet({ rows: 4, codec: 'GZIP', pages: [page] })
    await expect(readChunk('a.parquet', file)).rejects.toThrow(
      /a page of column n takes 1500000000 bytes unpacked, .* write smaller pages/
    )
  })
})
