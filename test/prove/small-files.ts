import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createGzip, gzipSync } from 'node:zlib'
import { craftedParquet } from '../support/crafted-parquet.ts'
import { duckdbCopy } from '../support/duckdb-copy.ts'
import { loadIntoNull } from '../support/load-into-null.ts'

// Small files that unpack to gigabytes, each loaded by a worker process of its own, beside a chunk of 100 good rows:
// the worker stays below 512 MB, and the neighbours are loaded. Arguments: names of files (all).

const mostMB = 512
const good = Array.from({ length: 100 }, (_, n) => `{"id":"g${n}","n":${n}}\n`).join('')
const million = 1_000_000

/** Writes pieces as gzip. */
const packed = (pieces: () => Iterable<string | Buffer>) => async (path: string) => {
  const gzip = createGzip({ level: 6 })
  const file = createWriteStream(path)
  gzip.pipe(file)
  for (const piece of pieces()) if (!gzip.write(piece)) await once(gzip, 'drain')
  gzip.end()
  await once(file, 'close')
}
const times = (count: number, piece: string | Buffer) =>
  function* () {
    for (let n = 0; n < count; n += 1) yield piece
  }
/** Lines of JSON with one long value each, `piece` so many times. */
const lines = (count: number, pieces: number, piece: string) =>
  packed(function* () {
    const filler = piece.repeat(10_000)
    for (let n = 0; n < count; n += 1) {
      yield `{"id":"l${n}","x":[`
      for (let part = 0; part < pieces / 10_000; part += 1) yield filler
      yield `0]}\n`
    }
  })
const parquet = (given: Parameters<typeof craftedParquet>[0]) => async (path: string) =>
  writeFile(path, craftedParquet(given))
const zeros = (bytes: number) => gzipSync(Buffer.alloc(bytes))
const fromDuckdb = (query: string, how?: string) => async (path: string) =>
  writeFile(path, await duckdbCopy(query, how))

const wide = (columns: number, rows: number, value: string): string =>
  `select concat('p', i) as id, ${Array.from({ length: columns }, (_, n) => `${value.replaceAll('$', String(n))} as c${n}`).join(', ')} from range(${rows}) t(i)`

const files: ReadonlyArray<readonly [name: string, write: (path: string) => Promise<void>]> = [
  ['one-line.ndjson.gz', packed(times(3 * 1024, Buffer.alloc(million, 'x')))],
  ['fat-lines.ndjson.gz', lines(30, 15 * million, '1')],
  ['objects.ndjson.gz', lines(5, 1.6 * million, '{"a":0},')],
  ['zeros.ndjson.gz', lines(10, 7.5 * million, '0,')],
  [
    'deep.ndjson.gz',
    packed(() => [`{"id":"d0","x":${'['.repeat(10 * million)}${']'.repeat(10 * million)}}\n`])
  ],
  ['blank-lines.ndjson.gz', packed(times(1_000, Buffer.alloc(million, '\n')))],
  [
    'one-cell.csv.gz',
    packed(() => ['id,x\na0,"', ...times(1_000, Buffer.alloc(million, 'x'))(), '"\nb1,1\n'])
  ],
  ['many-cells.csv.gz', packed(() => ['id,x\n', 'a0,'.repeat(15 * million), '\nb1,1\n'])],
  ['wide-header.csv.gz', packed(() => [`id${',x'.repeat(7 * million)}\n`, 'a0\nb1\n'])],
  [
    'many-values.parquet',
    parquet({ rows: 200 * million, codec: 'GZIP', pages: [{ values: 200 * million, bytes: zeros(100) }] })
  ],
  [
    'lying-page.parquet',
    parquet({ rows: 10, pages: [{ values: 200 * million, isV2: true, bytes: Buffer.alloc(40) }] })
  ],
  [
    'giant-page.parquet',
    parquet({
      rows: 10,
      codec: 'GZIP',
      pages: [{ values: 10, unpacked: 2 ** 31 - 1, bytes: zeros(million) }]
    })
  ],
  [
    'one-page.parquet',
    parquet({
      rows: 5 * million,
      codec: 'GZIP',
      pages: [{ values: 5 * million, unpacked: 20 * million, bytes: zeros(20 * million) }]
    })
  ],
  [
    'lying-runs.parquet',
    parquet({
      rows: 10,
      isOptional: true,
      pages: [{ values: 10, bytes: Buffer.from('060000008080808008010000', 'hex') }]
    })
  ],
  ['wide-texts.parquet', fromDuckdb(wide(500, 20_000, "concat('t$-', i)"))],
  ['wide-numbers.parquet', fromDuckdb(wide(1_500, 10_000, '(i * 7 + $)::bigint'))],
  [
    'long-texts.parquet',
    fromDuckdb(
      "select concat('p', i) as id, repeat(chr(65 + (i % 26)::int), 100000) as x from range(10000) t(i)",
      'format parquet, compression zstd'
    )
  ],
  ['lists.parquet', fromDuckdb("select concat('p', i) as id, range(60) as x from range(100000) t(i)")]
]

const named = process.argv.slice(2)
let wrong = 0
for (const [name, write] of files) {
  if (named.length > 0 && !named.includes(name)) continue
  let bytes = 0
  const { status, peakMB, cpuSeconds } = await loadIntoNull(
    async (folder) => {
      await write(join(folder, name))
      bytes = (await stat(join(folder, name))).size
      await writeFile(join(folder, 'good.ndjson'), good)
      return [{ name }, { name: 'good.ndjson', rows: 100 }]
    },
    name.startsWith('one-page') ? { options: { keys: { id: 'p{n}' } } } : {}
  )
  const { read, written, rejected, superseded } = status.rows
  const isTrue = peakMB < mostMB && written >= 100 && read === written + rejected + superseded
  if (!isTrue) wrong += 1
  const [why = ''] = status.errors
  process.stdout.write(
    `${name.padEnd(22)} ${String(bytes).padStart(9)} bytes · peak ${Math.round(peakMB)} MB · ${cpuSeconds.toFixed(0)} CPU s · ` +
      `${status.state}, ${written} written, ${rejected} rejected${isTrue ? '' : ' · WRONG'} ${why.slice(0, 120)}\n`
  )
}
process.stdout.write(`${wrong === 0 ? `every worker stayed below ${mostMB} MB` : `${wrong} WRONG`}\n`)
process.exit(wrong === 0 ? 0 : 1)
