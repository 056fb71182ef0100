import { gzipSync } from 'node:zlib'
import { chunkFormatOf } from '../../api/decode/chunk-format.ts'
import { type ByteSource, chunkRows } from '../../api/decode/chunk-rows.ts'

/**
 * Reads a chunk that is made while it is read and prints the peak memory of this process, in megabytes:
 * `node decode-endless.ts <file name> <unpacked megabytes>`.
 */
const [name = '', megabytes = ''] = process.argv.slice(2)
const isCsv = name.includes('.csv')
const row = (n: number): string =>
  isCsv ? `${n},"some text, with a comma","ü"\n` : `{"id":${n},"note":"some text","city":"ü"}\n`
const part = Buffer.from(Array.from({ length: 25_000 }, (_, n) => row(n)).join(''))
const parts = Math.ceil((Number(megabytes) * 1e6) / part.length)
const pack = (bytes: Buffer): Buffer => (name.endsWith('.gz') ? gzipSync(bytes) : bytes)
const packed = pack(part)

const source: ByteSource = {
  byteLength: packed.length * parts,
  async *stream() {
    if (isCsv) yield pack(Buffer.from('ID,NOTE,CITY\n'))
    for (let n = 0; n < parts; n += 1)
      for (let at = 0; at < packed.length; at += 65_536) yield packed.subarray(at, at + 65_536)
  },
  slice: () => Promise.reject(new Error('not for text'))
}

let rows = 0
for await (const page of chunkRows(source, chunkFormatOf(name))) rows += page.length
if (rows !== parts * 25_000) throw new Error(`${rows} rows were read of ${parts * 25_000}`)
process.stdout.write(String(process.resourceUsage().maxRSS / 1024))
