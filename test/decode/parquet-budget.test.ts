import { gzipSync } from 'node:zlib'
import { parquetMetadataAsync } from 'hyparquet'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, it } from 'vitest'
import { ChunkError } from '../../api/decode/chunk-error.ts'
import { itemValue } from '../../api/decode/chunk-row.ts'
import { parquetRows } from '../../api/decode/parquet.ts'
import { rowsAtOnce } from '../../api/decode/parquet-budget.ts'
import { readColumns } from '../../api/decode/parquet-columns.ts'
import { parquetFile } from '../../api/decode/parquet-file.ts'
import { packedGroup } from '../../api/decode/parquet-packed.ts'
import { rawParquet } from '../../api/decode/parquet-schema.ts'
import { toJsonText } from '../../api/json/to-json-text.ts'
import { craftedParquet } from '../support/crafted-parquet.ts'
import { duckdbCopy } from '../support/duckdb-copy.ts'
import { readChunk, readTexts } from '../support/read-chunk.ts'

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
const rowsOf = (...asked: Parameters<typeof groupOf>) => rowsAtOnce(groupOf(...asked), 0)

describe('a row group', () => {
  it.each([
    [1_000, 13, 1_000],
    [122_880, 8, 122_880],
    [10_000_000, 1, 10_000_000],
    [20_000, 500, 20_000],
    [1_000_000, 100, 10_000],
    [0, 3, 0]
  ])('of %i rows and %i columns is read %i rows at a time', (rows, columns, atOnce) => {
    expect(rowsOf(rows, columns)).toBe(atOnce)
  })

  it('of long texts is read in parts of 64 MB', () => {
    expect(rowsOf(100_000, 1, { total_uncompressed_size: 1024n ** 3n })).toBe(6_250)
  })

  it('of 200 million values in 600 bytes is refused before it is read, and says what to do', () => {
    expect(() => rowsAtOnce(groupOf(200_000_000, 1), 3, () => 'total')).toThrow(
      /row group 3 holds total with 200000000 values.* unload with smaller row groups/
    )
  })

  it('of few rows with millions of values in lists, or of gigabytes, is refused as well', () => {
    const lists = { num_values: 30_000_000n, path_in_schema: ['a', 'list', 'element'] }
    expect(() => rowsOf(10, 1, lists)).toThrow('30000000 values')
    expect(() => rowsOf(10, 1, { total_uncompressed_size: 2n ** 31n })).toThrow('unpacked')
  })

  it('of lists is read in smaller parts: their values become objects', () => {
    expect(rowsOf(100_000, 1, { num_values: 6_000_000n, path_in_schema: ['a', 'list', 'element'] })).toBe(
      16_666
    )
  })
})

const sourceOf = (file: Uint8Array) => ({
  byteLength: file.length,
  slice: async (start: number, end: number) => file.subarray(start, end)
})

describe('a row group that is read in parts', () => {
  it('gives every row once, in order, also from the middle on', async () => {
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

  it.each(['v1', 'v2'])('gives the same values as at once, pages of %s', async (version) => {
    const file = await duckdbCopy(
      `select i as n, i * 1000000007 as large, case when i % 7 > 0 then concat('t', i) end as text,
         case when i % 3 > 0 then 'some ' || (i % 5) end as few, i % 2 = 0 as flag, i / 7 as part,
         case when i % 5 > 0 then range(i % 4) end as list,
         {'a': i, 'b': case when i % 2 = 0 then [{'c': i}, {'c': null}] end} as record,
         case when i % 11 > 0 then map {concat('k', i): i} end as m
       from range(3000) r(i)`,
      `format parquet, parquet_version ${version}, row_group_size 4096`
    )
    const bytes = new Uint8Array(file).buffer
    const raw = rawParquet(await parquetMetadataAsync(bytes, { geoparquet: false }), file.length)
    const [group] = raw.metadata.row_groups
    const packed = packedGroup(parquetFile(sourceOf(file) as never, undefined), group as never)
    const read = async (from: number, to: number) => {
      const columns = await readColumns(packed, raw, { from, to })
      return Array.from({ length: to - from }, (_, n) => columns.map((column) => column.at(from + n)))
    }
    const whole = await read(0, 3000)
    for (const [from, to] of [
      [0, 1],
      [17, 1999],
      [1999, 2050],
      [2999, 3000]
    ] as const)
      expect(await read(from, to)).toEqual(whole.slice(from, to))
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

  // Length of the levels, then one run: 2^30 times the level 1, or as many packed values.
  const repeated = [6, 0, 0, 0, 0x80, 0x80, 0x80, 0x80, 0x08, 1]
  const bitPacked = [6, 0, 0, 0, 0x81, 0x80, 0x80, 0x80, 0x08, 0xff]

  it.each([
    ['repeated', repeated],
    ['bit-packed', bitPacked]
  ])('whose run claims 2^30 %s levels is read as far as it has values', async (_, levels) => {
    const bytes = Uint8Array.from([...levels, ...four])
    const file = craftedParquet({ rows: 4, isOptional: true, pages: [{ values: 4, bytes }] })
    expect(await readTexts('a.parquet', file)).toEqual(['{"n":1}', '{"n":2}', '{"n":3}', '{"n":4}'])
  })

  it.each([
    ['levels end too early', Uint8Array.from([2, 0, 0, 0, 4, 1, ...four])],
    ['levels lie beyond it', Uint8Array.from([0xff, 0xff, 0xff, 0x7f, 8, 1, ...four])],
    ['values are fewer than it says', Uint8Array.from([2, 0, 0, 0, 8, 1, ...four.slice(4)])]
  ])('whose %s is refused', async (_, bytes) => {
    const file = craftedParquet({ rows: 4, isOptional: true, pages: [{ values: 4, bytes }] })
    await expect(readChunk('a.parquet', file)).rejects.toThrow(ChunkError)
  })

  it('whose texts go on from one another to gigabytes is refused before they are made', async () => {
    // Block of 128 values in 1 miniblock, 100,000 in all, first 0 or 1; every delta is 2000, or 0.
    const delta = (first: number, step: number[]) => [
      0x80,
      1,
      1,
      0xa0,
      0x8d,
      6,
      first,
      ...Array(782)
        .fill([...step, 0])
        .flat()
    ]
    const bytes = Uint8Array.from([...delta(0, [0xa0, 0x1f]), ...delta(2, [0]), ...Array(100_000).fill(0x61)])
    const page = { values: 100_000, encoding: 'DELTA_BYTE_ARRAY' as const, bytes }
    await expect(
      readChunk('a.parquet', craftedParquet({ rows: 100_000, type: 'BYTE_ARRAY', pages: [page] }))
    ).rejects.toThrow(/texts of a page have more bytes than/)
  })
})
