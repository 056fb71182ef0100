import fc from 'fast-check'
import type { SchemaElement } from 'hyparquet'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, it } from 'vitest'
import { leafValue } from '../../api/decode/parquet-leaf.ts'
import { columnValue } from '../../api/decode/parquet-value.ts'
import { duckdbCopy } from '../support/duckdb-copy.ts'
import { oneColumnParquet } from '../support/one-column-parquet.ts'
import { readChunk, readTexts } from '../support/read-chunk.ts'

const copied = async (query: string, how?: string) => readTexts('a.parquet', await duckdbCopy(query, how))
const oneValue = async (expression: string) => (await copied(`select ${expression} as v`))[0]?.slice(5, -1)

describe('a Parquet chunk', () => {
  it.each([
    ['127::tinyint', '127'],
    ['(-128)::tinyint', '-128'],
    ['255::utinyint', '255'],
    ['65535::usmallint', '65535'],
    ['4294967295::uinteger', '4294967295'],
    ['(-2147483648)::integer', '-2147483648'],
    ['9223372036854775807::bigint', '9223372036854775807'],
    ['18446744073709551615::ubigint', '18446744073709551615'],
    ["'-12.34'::decimal(9,2)", '-12.34'],
    ["'123456789012.3456'::decimal(18,4)", '123456789012.3456'],
    [`'-${'9'.repeat(38)}'::decimal(38,0)`, `-${'9'.repeat(38)}`],
    [`'0.${'1234567890'.repeat(3)}12345678'::decimal(38,38)`, `0.${'1234567890'.repeat(3)}12345678`],
    ['0.1::float', '0.1'],
    ['0.1::double', '0.1'],
    ['1e300::double', '1e+300'],
    ["'nan'::double", 'NaN'],
    ["date '2024-02-29'", '"2024-02-29"'],
    ["timestamp '1969-12-31 23:59:59.999999'", '"1969-12-31T23:59:59.999999"'],
    ["timestamp_ms '2024-01-02 03:04:05.678'", '"2024-01-02T03:04:05.678000"'],
    ["timestamp_ns '2024-01-02 03:04:05.123456789'", '"2024-01-02T03:04:05.123456789"'],
    ["timestamptz '2024-01-02 03:04:05.678901+00'", '"2024-01-02T03:04:05.678901Z"'],
    ["time '23:59:59.000001'", '"23:59:59.000001"'],
    ['true', 'true'],
    ["'tĕxt 😀'", '"tĕxt 😀"'],
    [`'{"a": 1.10}'::json`, String.raw`"{\"a\": 1.10}"`],
    ["'01234567-89ab-cdef-0123-456789abcdef'::uuid", '"01234567-89ab-cdef-0123-456789abcdef"'],
    ["'sad'::enum('happy', 'sad')", '"sad"'],
    ["'abc'::blob", '"YWJj"'],
    ['null::integer', 'null'],
    ['[1, null, 3]::bigint[]', '[1,null,3]'],
    ['[]::bigint[]', '[]'],
    ['null::bigint[]', 'null'],
    ['[[1], [], null, [2, 3]]', '[[1],[],null,[2,3]]'],
    ["map {'k': 1, '__proto__': null, '1': 2, '0': 3}", '{"k":1,"__proto__":null,"1":2,"0":3}'],
    ['map {}::map(varchar, integer)', '{}'],
    ['null::map(varchar, integer)', 'null'],
    ['map {1234567890123456789: true}', '{"1234567890123456789":true}'],
    ["{'__proto__': 1, 'a.b': {'c': [{'d': 1.50}]}}", '{"__proto__":1,"a.b":{"c":[{"d":1.50}]}}'],
    ['null::struct(a integer)', 'null'],
    ["{'a': null::integer}", '{"a":null}'],
    ["[map {'a': {'b': [date '2024-01-01']}}, null]", '[{"a":{"b":["2024-01-01"]}},null]']
  ])('has %s as %s', async (expression, text) => {
    expect(await oneValue(expression)).toBe(text)
  })

  it('has binary as bytes, which the plan makes B', async () => {
    const [row] = await readChunk('a.parquet', await duckdbCopy("select 'k' as id, '\\x00\\xFF'::blob as b"))
    const item = row !== undefined && 'item' in row ? row.item : null

    expect((item as ReadonlyMap<string, unknown>).get('b')).toEqual({ bytes: Uint8Array.of(0, 255) })
  })

  it('keeps columns whose names are no names of objects', async () => {
    expect(await copied('select 1 as "__proto__", 2 as "a.b", 3 as "2", 4 as "1"')).toEqual([
      '{"__proto__":1,"a.b":2,"2":3,"1":4}'
    ])
  })

  it.each(['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw'])(
    'is read when packed with %s',
    async (codec) => {
      const rows = await copied(
        "select i as n, 'some text ' || (i % 7) as t from range(5000) r(i)",
        `format parquet, compression ${codec}`
      )

      expect(rows).toHaveLength(5000)
      expect(rows[4999]).toBe('{"n":4999,"t":"some text 1"}')
    }
  )

  it('is read in its newer page format, with NULLs, dictionaries and deltas', async () => {
    const rows = await copied(
      'select i as n, case when i % 3 = 0 then null else i % 5 end as f, (i * 3)::decimal(20,1) as d, [i, i + 1] as l from range(9000) r(i)',
      'format parquet, parquet_version v2, row_group_size 4000'
    )

    expect(rows).toEqual(
      Array.from(
        { length: 9000 },
        (_, i) => `{"n":${i},"f":${i % 3 === 0 ? 'null' : i % 5},"d":${i * 3}.0,"l":[${i},${i + 1}]}`
      )
    )
  })

  it('without rows has none', async () => {
    expect(await copied('select 1 as a limit 0')).toEqual([])
  })

  it('notes a name that two columns have for the plan', async () => {
    const schema: SchemaElement[] = [
      { name: 'root', num_children: 2 },
      { name: 'v', type: 'INT32', repetition_type: 'REQUIRED' },
      { name: 'v', type: 'INT32', repetition_type: 'REQUIRED' }
    ]
    const columnData = [1, 2].map((value) => ({ name: 'v', data: [value] }))
    const rows = await readChunk('a.parquet', new Uint8Array(parquetWriteBuffer({ schema, columnData })))

    expect(rows).toMatchObject([{ item: { repeated: 'v' } }])
  })
})

describe('a MAP that holds a key twice', () => {
  it('is noted for the plan', () => {
    const leaf = (name: string) => ({
      element: { name, type: 'INT64', converted_type: 'INT_64' } as const,
      alias: name,
      children: []
    })
    const entries = {
      element: { name: 'e', repetition_type: 'REPEATED' } as const,
      alias: 'e',
      children: [leaf('k'), leaf('v')]
    }
    const column = { element: { name: 'm', converted_type: 'MAP' } as const, alias: 'm', children: [entries] }
    const toValue = columnValue(column, { path: 'm', onBadText: () => {} })

    expect(
      toValue({
        e: [
          { k: 1n, v: 2n },
          { k: 1n, v: 3n }
        ]
      })
    ).toMatchObject({ repeated: '1' })
  })
})

describe('any decimals, however they are stored', () => {
  const width = { INT32: 9, INT64: 18, BYTE_ARRAY: 38, FIXED_LEN_BYTE_ARRAY: 38 } as const

  it('keep all their digits', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom('INT32', 'INT64', 'BYTE_ARRAY', 'FIXED_LEN_BYTE_ARRAY'),
        fc.nat(9),
        fc.array(fc.option(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n })), { minLength: 1 }),
        async (type, scale, drawn) => {
          const unscaled = drawn.map((value) => (value === null ? null : value % 10n ** BigInt(width[type])))
          const chunk = oneColumnParquet(
            { type, type_length: 16, converted_type: 'DECIMAL', scale, precision: width[type] },
            unscaled
          )
          const read = (await readTexts('a.parquet', chunk)).map((row) => row.slice(5, -1))

          expect(read.map((text) => (text === 'null' ? null : BigInt(text.replace('.', ''))))).toEqual(
            unscaled
          )
          expect(read.every((text) => text === 'null' || (text.split('.')[1] ?? '').length === scale)).toBe(
            true
          )
        }
      )
    ))
})

describe('timestamps of older writers', () => {
  it('have no zone that nobody wrote', async () => {
    expect(
      await readTexts(
        'a.parquet',
        oneColumnParquet({ type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' }, [1n])
      )
    ).toEqual(['{"v":"1970-01-01T00:00:00.001000"}'])
    expect(leafValue({ name: 'v', type: 'INT96' }, 'v', () => {})(-1000n)).toBe(
      '1969-12-31T23:59:59.999999000'
    )
  })
})
