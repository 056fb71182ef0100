import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { createGzip } from 'node:zlib'
import type { UnloadedFile } from './load-into-null.ts'

/** Bytes of one row: few rows make a large chunk. */
export const wideRowBytes = 10_000

/** More of them than gzip remembers: their repetition does not make the chunk smaller. */
const texts = (): readonly string[] =>
  Array.from({ length: 16 }, () =>
    randomBytes(wideRowBytes)
      .toString('latin1')
      .replaceAll(/[^ !#-[\]-~]/g, '-')
  )

/** Writes one chunk of rows that gzip can hardly make smaller. */
export const unloadWideRows =
  (format: 'ndjson.gz' | 'csv.gz', rows: number) =>
  async (folder: string): Promise<readonly UnloadedFile[]> => {
    const wide = texts()
    const packed = createGzip({ level: 1 })
    const file = createWriteStream(join(folder, `wide.${format}`))
    packed.pipe(file)
    if (format === 'csv.gz') packed.write('id,text\n')
    for (let n = 0; n < rows; n += 1) {
      const text = wide[n % wide.length]
      const line = format === 'csv.gz' ? `w${n},"${text}"\n` : `{"id":"w${n}","text":"${text}"}\n`
      if (!packed.write(line)) await once(packed, 'drain')
    }
    packed.end()
    await once(file, 'close')
    return [{ name: `wide.${format}`, rows }]
  }
