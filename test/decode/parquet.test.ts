import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, it } from 'vitest'
import { chunkFormatOf } from '../../api/decode/chunk-format.ts'
import { ChunkError, chunkRows } from '../../api/decode/chunk-rows.ts'
import { duckdbCopy } from '../support/duckdb-copy.ts'
import { memorySource } from '../support/memory-source.ts'
import { oneColumnParquet } from '../support/one-column-parquet.ts'
import { readChunk, readTexts } from '../support/read-chunk.ts'

const copied = async (query: string, how?: string) => readTexts('a.parquet', await duckdbCopy(query, how))

describe('a Parquet row whose text is not UTF-8', () => {
  it('is unreadable, and its neighbours are read', async () => {
    const chunk = oneColumnParquet({ type: 'BYTE_ARRAY', converted_type: 'ENUM' }, [
      Buffer.from('a'),
      Uint8Array.of(0xff),
      Buffer.from('b')
    ])

    expect(await readChunk('a.parquet', chunk)).toMatchObject([
      { rowNumber: 0 },
      {
        rowNumber: 1,
        unreadable: 'column v is not UTF-8; its bytes are kept as base64',
        text: '{"v":"/w=="}'
      },
      { rowNumber: 2 }
    ])
  })
})

describe('a Parquet chunk of several row groups', () => {
  const groups = () =>
    duckdbCopy('select i as n, i / 7.0 as d from range(10000) r(i)', 'format parquet, row_group_size 2048')

  it('goes on from any row without fetching the groups before it', async () => {
    const chunk = await groups()
    for (const from of [0, 1, 2048, 5000, 9999, 10_000, 20_000]) {
      const rows = await readChunk('a.parquet', chunk, { from })
      expect(rows.map(({ rowNumber }) => rowNumber)).toEqual(
        Array.from({ length: Math.max(0, 10_000 - from) }, (_, n) => from + n)
      )
      expect(rows[0] === undefined || ('item' in rows[0] && rows[0].item)).toMatchObject(
        from < 10_000 ? { size: 2 } : {}
      )
    }
    const source = memorySource(chunk)
    for await (const _ of chunkRows(source, chunkFormatOf('a.parquet'), { from: 9_000 }));
    const first = memorySource(chunk)
    for await (const _ of chunkRows(first, chunkFormatOf('a.parquet'))) break

    const [, start] = first.slices
    expect(start).toBeDefined()
    expect(source.slices.slice(1).every((slice) => slice.start >= (start?.end ?? 0))).toBe(true)
  })

  it('fetches a group only when its first row is asked for', async () => {
    const source = memorySource(await groups())
    let rows = 0
    for await (const page of chunkRows(source, chunkFormatOf('a.parquet'))) {
      rows += page.length
      expect(page.length).toBeLessThanOrEqual(500)
      expect(source.slices.length - 1).toBe(Math.ceil(rows / 2048))
    }
    expect(rows).toBe(10_000)
  })
})

describe('a Parquet chunk that cannot be read', () => {
  it.each([
    ['of no bytes', ''],
    ['of few bytes', 'PAR1'],
    ['that is something else', '{"a":1}\n'.repeat(100)]
  ])('%s is refused', async (_, text) => {
    await expect(readChunk('a.parquet', text)).rejects.toThrow(/^the chunk cannot be read as Parquet/)
  })

  it('is refused wherever it is cut off or damaged, and never hangs', async () => {
    const chunk = await duckdbCopy("select i as n, 'text ' || i as t from range(2000) r(i)")
    for (const kept of [chunk.length - 1, chunk.length >> 1, 100])
      await expect(readChunk('a.parquet', chunk.subarray(0, kept))).rejects.toThrow(ChunkError)

    const damaged = Buffer.from(chunk)
    damaged.fill(0xff, 4, 400)
    await expect(readChunk('a.parquet', damaged)).rejects.toThrow(ChunkError)
  })

  it('is refused for types that a row cannot hold, and says what to cast', async () => {
    await expect(copied('select interval 1 day as v')).rejects.toThrow(
      /^column v is INTERVAL.*cast it to VARCHAR/
    )
    await expect(copied('select map {1.5::double: 1} as v')).rejects.toThrow(/^column v is a MAP whose keys/)
  })

  it('is refused when a column has fewer values than there are rows', async () => {
    const pageOf = (texts: readonly string[]) =>
      Buffer.from(
        parquetWriteBuffer({
          schema: [
            { name: 'root', num_children: 1 },
            { name: 'v', type: 'BYTE_ARRAY', repetition_type: 'REQUIRED', converted_type: 'UTF8' }
          ],
          columnData: [{ name: 'v', data: [...texts], offsetIndex: false }],
          codec: 'UNCOMPRESSED',
          statistics: false
        })
      )
    // Both pages are as long, so the metadata of three rows fit before the page of one.
    const [three, one] = [pageOf(['a', 'b', 'c']), pageOf(['12345678901'])]
    const bodyBytes = (file: Buffer) => file.length - 8 - file.readUInt32LE(file.length - 8)
    expect(bodyBytes(one)).toBe(bodyBytes(three))
    const chunk = Buffer.concat([one.subarray(0, bodyBytes(one)), three.subarray(bodyBytes(three))])

    await expect(readChunk('a.parquet', chunk)).rejects.toThrow(/^column v has fewer values than rows/)
  })

  it('passes on what the source throws, which may be retried', async () => {
    const whole = memorySource(await duckdbCopy('select 1 as a'))
    let asked = 0
    const source = {
      ...whole,
      slice: async (start: number, end: number) => {
        asked += 1
        if (asked > 1) throw new Error('socket hang up')
        return whole.slice(start, end)
      }
    }
    const reading = async () => {
      for await (const _ of chunkRows(source, chunkFormatOf('a.parquet')));
    }

    await expect(reading()).rejects.toThrow(/^socket hang up$/)
  })
})
