import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { chunkFormatOf } from '../../api/decode/chunk-format.ts'
import { type ByteSource, chunkRows } from '../../api/decode/chunk-rows.ts'
import { duckdbCopy } from '../support/duckdb-copy.ts'
import { extent, someOf } from '../support/extent.ts'
import { memorySource } from '../support/memory-source.ts'

const lines = (count: number, line: (n: number) => string) =>
  Buffer.from(Array.from({ length: count }, (_, n) => line(n)).join(''))
const noise = (n: number) => ((n * 2_654_435_761) % 2 ** 32).toString(36)
const rowCount = extent(20_000, 100_000)
const ndjson = lines(rowCount, (n) => `{"id":${n},"note":"row ${noise(n)}"}\n`)
const csv = lines(rowCount + 1, (n) => (n === 0 ? 'ID,NOTE\n' : `${n},"row ${noise(n)}"\n`))
const chunks = [
  ['rows.ndjson', ndjson],
  ['rows.ndjson.gz', gzipSync(ndjson)],
  ['rows.ndjson.zst', zstdCompressSync(ndjson)],
  ['rows.csv', csv],
  ['rows.csv.gz', gzipSync(csv)]
] as const

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

describe.each(chunks)('%s', (name, bytes) => {
  it('gives its rows in order, in pages of at most 500', async () => {
    let next = 0
    // One look at the end: to expect something of each row takes longer than to read it.
    const wrong: string[] = []
    for await (const page of chunkRows(memorySource(bytes), chunkFormatOf(name))) {
      if (page.length < 1 || page.length > 500) wrong.push(`a page of ${page.length}`)
      for (const { rowNumber } of page) if (rowNumber !== next++) wrong.push(`${rowNumber} at ${next - 1}`)
    }
    expect(wrong).toEqual([])
    expect(next).toBe(rowCount)
  })

  it('is read no faster than its rows are taken', async () => {
    const source = memorySource(bytes, 4 * 1024)
    const rows = chunkRows(source, chunkFormatOf(name))[Symbol.asyncIterator]()
    await rows.next()
    await settled()

    expect(source.bytesRead).toBeLessThan(bytes.length / 2)
    await rows.return?.(undefined)
  })

  it('is closed when the reader leaves early', async () => {
    const source = memorySource(bytes, 4 * 1024)
    for await (const _ of chunkRows(source, chunkFormatOf(name))) break

    expect(source.streams).toEqual({ opened: 1, closed: 1 })
  })

  it('is closed when the reader throws', async () => {
    const source = memorySource(bytes, 4 * 1024)
    const reading = async () => {
      for await (const _ of chunkRows(source, chunkFormatOf(name))) throw new Error('no room')
    }

    await expect(reading()).rejects.toThrow('no room')
    expect(source.streams).toEqual({ opened: 1, closed: 1 })
  })

  it('stops at the signal with its reason, and is closed', async () => {
    const source = memorySource(bytes, 4 * 1024)
    const stop = new AbortController()
    const reading = async () => {
      for await (const _ of chunkRows(source, chunkFormatOf(name), { signal: stop.signal }))
        stop.abort(new Error('out of time'))
    }

    await expect(reading()).rejects.toThrow('out of time')
    expect(source.streams).toEqual({ opened: 1, closed: 1 })
    expect(source.bytesRead).toBeLessThan(bytes.length)
  })

  it('is not opened when the signal came first', async () => {
    const source = memorySource(bytes)
    const rows = chunkRows(source, chunkFormatOf(name), { signal: AbortSignal.abort(new Error('too late')) })

    await expect(rows[Symbol.asyncIterator]().next()).rejects.toThrow('too late')
    expect(source.streams.opened).toBe(0)
  })

  it('hands the signal to the source', async () => {
    const given: unknown[] = []
    const source: ByteSource = {
      ...memorySource(bytes),
      async *stream(start, signal) {
        given.push(start, signal)
        yield bytes
      }
    }
    const { signal } = new AbortController()
    for await (const _ of chunkRows(source, chunkFormatOf(name), { signal })) break

    expect(given).toEqual([0, signal])
  })
})

describe('a Parquet chunk', () => {
  it('stops at the signal between two pages', async () => {
    const source = memorySource(await duckdbCopy('select i as n from range(5000) r(i)'))
    const stop = new AbortController()
    let pages = 0
    const reading = async () => {
      for await (const _ of chunkRows(source, chunkFormatOf('a.parquet'), { signal: stop.signal })) {
        pages += 1
        stop.abort(new Error('out of time'))
      }
    }

    await expect(reading()).rejects.toThrow('out of time')
    expect(pages).toBe(1)
  })
})

describe('memory', () => {
  // Each in a process of its own: peak memory never goes down again.
  const peakMegabytes = async (name: string, megabytes: number): Promise<number> => {
    const script = new URL('../support/decode-endless.ts', import.meta.url).pathname
    // V8 lets garbage of young objects grow with the machine's memory, which says nothing of what is held.
    const options = ['--max-semi-space-size=4', script, name, String(megabytes)]
    const { stdout } = await promisify(execFile)(process.execPath, options, { timeout: 50_000 })
    return Number(stdout)
  }

  // A load of NDJSON is looked at in test/load/chunk-memory.test.ts.
  it.each(someOf(['rows.csv.gz', 'rows.ndjson.gz'], 1))(
    'is the same for a small and a large chunk: %s',
    async (name) => {
      const small = await peakMegabytes(name, 4)
      const large = await peakMegabytes(name, 40)

      expect(large - small).toBeLessThan(64)
    }
  )
})
