import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { SchemaElement } from 'hyparquet'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, it } from 'vitest'
import { parquetCodecs } from '../../api/decode/parquet-codecs.ts'
import { duckdbCopy } from '../support/duckdb-copy.ts'
import { oneColumnParquet } from '../support/one-column-parquet.ts'
import { readTexts } from '../support/read-chunk.ts'

const stored = (name: string) => readFileSync(new URL(`cases/${name}`, import.meta.url))
const read = (name: string) => readTexts(name, stored(name))

describe('Parquet files of older and other writers', () => {
  it('may hold a column of NULLs only, whose page is no stream of its codec', async () => {
    expect(await read('lz4-all-null.parquet')).toEqual(['{"id":"a","note":null}', '{"id":"b","note":null}'])
    for (const [codec, unpack] of Object.entries(parquetCodecs))
      expect(unpack(Uint8Array.of(7), 0), codec).toHaveLength(0)
  })

  it.each(['snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw'])(
    'may hold row groups of NULLs only, packed with %s, in either page format',
    async (codec) => {
      for (const version of ['v1', 'v2'])
        expect(
          await readTexts(
            'a.parquet',
            await duckdbCopy(
              "select i as id, case when i >= 2048 then 'x' end as t, null::int as n, []::int[] as l from range(2050) r(i)",
              `format parquet, compression ${codec}, parquet_version ${version}, row_group_size 2048`
            )
          ).then((rows) => rows.slice(2046))
        ).toEqual([
          '{"id":2046,"t":null,"n":null,"l":[]}',
          '{"id":2047,"t":null,"n":null,"l":[]}',
          '{"id":2048,"t":"x","n":null,"l":[]}',
          '{"id":2049,"t":"x","n":null,"l":[]}'
        ])
    }
  )

  it('have a list where a field is repeated, and none of it is the empty list', async () => {
    expect(await read('repeated-without-list.parquet')).toEqual([
      '{"id":"a","nums":[1,2]}',
      '{"id":"b","nums":[]}',
      '{"id":"c","nums":[3]}'
    ])
    expect((await read('repeated-records-without-list.parquet')).slice(1, 5)).toEqual([
      '{"id":2,"phoneNumbers":null}',
      '{"id":3,"phoneNumbers":{"phone":[]}}',
      '{"id":4,"phoneNumbers":{"phone":[{"number":5555555555,"kind":null}]}}',
      '{"id":5,"phoneNumbers":{"phone":[{"number":1111111111,"kind":"home"}]}}'
    ])
  })

  it('may have lost the length of a dictionary header (PARQUET-816)', async () => {
    const rows = await read('parquet-816.parquet')

    expect(rows).toHaveLength(25)
    expect(rows[24]).toMatch(/^\{"nation_key":24,"name":"VU5JVEVEIFNUQVRFUw==",/)
  })
})

describe('a list of records with one field', () => {
  const records = ['{"v":[{"sku":"x"},{"sku":"y"}]}', '{"v":[]}', '{"v":null}', '{"v":[{"sku":null}]}']
  const items = ['{"v":["x","y"]}', '{"v":[]}', '{"v":null}', '{"v":[null]}']

  it.each([
    ['array', records],
    ['v_tuple', records],
    ['list', items],
    ['bag', items],
    ['other_tuple', items]
  ])('is told by the name of its repeated group: %s', async (group, rows) => {
    const schema: SchemaElement[] = [
      { name: 'root', num_children: 1 },
      { name: 'v', num_children: 1, repetition_type: 'OPTIONAL', converted_type: 'LIST' },
      { name: group, num_children: 1, repetition_type: 'REPEATED' },
      { name: 'sku', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' }
    ]

    const data = [['x', 'y'], [], null, [null]]

    expect(
      await readTexts(
        'a.parquet',
        new Uint8Array(parquetWriteBuffer({ schema, columnData: [{ name: 'v', data }] }))
      )
    ).toEqual(rows)
  })

  it('is read as Avro and Spark write it', async () => {
    expect(await read('list-of-one-field-records.parquet')).toEqual([
      '{"id":"a","lines":[{"sku":"x"},{"sku":"y"}]}',
      '{"id":"b","lines":[]}',
      '{"id":"c","lines":null}'
    ])
  })
})

describe('a MAP whose keys are decimals', () => {
  it.each([{ converted_type: 'DECIMAL' as const }, {}])('names by their digits: %o', async (annotation) => {
    const schema: SchemaElement[] = [
      { name: 'root', num_children: 1 },
      { name: 'm', num_children: 1, repetition_type: 'OPTIONAL', converted_type: 'MAP' },
      { name: 'key_value', num_children: 2, repetition_type: 'REPEATED' },
      {
        name: 'key',
        type: 'INT64',
        repetition_type: 'REQUIRED',
        logical_type: { type: 'DECIMAL', precision: 18, scale: 2 },
        precision: 18,
        scale: 2,
        ...annotation
      },
      { name: 'value', type: 'INT32', repetition_type: 'OPTIONAL' }
    ]
    expect(
      await readTexts(
        'a.parquet',
        new Uint8Array(
          parquetWriteBuffer({ schema, columnData: [{ name: 'm', data: [[{ key: 150n, value: 7 }]] }] })
        )
      )
    ).toEqual(['{"m":{"1.50":7}}'])
  })
})

describe('a chunk named Parquet', () => {
  it('and packed is read when it is Parquet all the same', async () => {
    expect(await read('df.parquet.gzip')).toEqual(['{"id":"parquet.gzip"}'])
    for (const name of ['df.parquet.gz', 'df.parquet.snappy', 'df.parq', 'df.pq.zst', 'DF.PARQUET.BR'])
      expect(await readTexts(name, stored('df.parquet.gzip'))).toEqual(['{"id":"parquet.gzip"}'])
  })

  const whole = oneColumnParquet({ type: 'INT32' }, [1, 2, 3])
  it.each<[string, Uint8Array, RegExp]>([
    ['gzip', gzipSync(whole), /it is gzip: Parquet is packed inside, so unpack it/],
    ['empty', new Uint8Array(), /it is empty: unload or upload it again/],
    ['cut off', whole.subarray(0, whole.length - 9), /it is cut off, the footer is missing/],
    ['another format', Buffer.from('{"id":1}\n'), /its bytes are not Parquet: name the file by its format/],
    ['Avro', Buffer.from('Obj\x01rest'), /it is Avro: write it as Parquet, CSV or NDJSON/],
    ['encrypted', Buffer.from('PARE, and what follows, up to PARE'), /it is encrypted: write it without/],
    ['encrypted in its columns', stored('encrypted-columns.parquet'), /it is encrypted: write it without/],
    ['of a damaged footer', damagedFooter(whole), /its footer is damaged \(/]
  ])('and really %s says what it is', async (_, bytes, message) => {
    for (const name of ['a.parquet', 'a.parquet.gz'])
      await expect(readTexts(name, bytes)).rejects.toThrow(message)
  })
})

function damagedFooter(file: Uint8Array): Uint8Array {
  const damaged = Buffer.from(file)
  damaged.writeUInt32LE(0x7fffffff, damaged.length - 8)
  return damaged
}
