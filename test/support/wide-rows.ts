import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { createGzip } from 'node:zlib'
import type { UnloadedFile } from './load-into-null.ts'

/** Bytes of one row: few rows make a large chunk. */
export const wideRowBytes = 10_000

const texts = (): readonly Buffer[] =>
  Array.from({ length: 16 }, () =>
    Buffer.from(
      randomBytes(wideRowBytes)
        .toString('latin1')
        .replaceAll(/[^ !#-[\]-~]/g, '-')
    )
  )

/** So many at a time: one by one they would take the packer three times as long. */
const rowsAtOnce = 100

/** Writes one chunk of rows, in a stream of gzip that stores them as they are: it unpacks to what it weighs. */
export const unloadWideRows =
  (format: 'ndjson.gz' | 'csv.gz', rows: number) =>
  async (folder: string): Promise<readonly UnloadedFile[]> => {
    const wide = texts()
    const packed = createGzip({ level: 0, chunkSize: rowsAtOnce * wideRowBytes })
    const file = createWriteStream(join(folder, `wide.${format}`))
    packed.pipe(file)
    if (format === 'csv.gz') packed.write('id,text\n')
    const [before, between, after] =
      format === 'csv.gz' ? ['w', ',"', '"\n'] : ['{"id":"w', '","text":"', '"}\n']
    const end = Buffer.from(after)
    const line = (n: number): Buffer[] => [
      Buffer.from(`${before}${n}${between}`),
      wide[n % wide.length] as Buffer,
      end
    ]
    for (let from = 0; from < rows; from += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, rows - from)
      const lines = Buffer.concat(Array.from({ length: count }, (_, n) => line(from + n)).flat())
      if (!packed.write(lines)) await once(packed, 'drain')
    }
    packed.end()
    await once(file, 'close')
    return [{ name: `wide.${format}`, rows }]
  }
