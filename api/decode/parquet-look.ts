import type { AsyncBuffer } from 'hyparquet'
import { kindOfBytes, tellingBytes } from './known-bytes.ts'

const again = 'unload or upload it again'

/**
 * Why bytes that have no readable Parquet footer have none: what they are instead, and what to do. Looked at only
 * then: a name such as `df.parquet.gzip` proves nothing, and whole files need no second look.
 *
 * Layout: https://parquet.apache.org/docs/file-format/
 *
 * @param problem what the reader of the footer said
 */
export const whyNotParquet = async (file: AsyncBuffer, problem: string): Promise<string> => {
  if (file.byteLength === 0) return `it is empty: ${again}`
  const head = new Uint8Array(await file.slice(0, Math.min(tellingBytes, file.byteLength)))
  const tail = new Uint8Array(await file.slice(Math.max(0, file.byteLength - 4), file.byteLength))
  if (ascii(tail) === 'PARE' || ascii(head).startsWith('PARE')) return encrypted
  const kind = kindOfBytes(head)
  if (ascii(head).startsWith('PAR1'))
    return ascii(tail) === 'PAR1'
      ? `its footer is damaged (${problem}): ${again}`
      : `it is cut off, the footer is missing: ${again}`
  if (kind === undefined)
    return "its bytes are not Parquet: name the file by its format, or say format: {'type': …}"
  return packings.has(kind)
    ? `it is ${kind}: Parquet is packed inside, so unpack it, or write it without compressing the file again`
    : `it is ${kind}: write it as Parquet, CSV or NDJSON`
}

export const encrypted = 'it is encrypted: write it without encryption'

const packings: ReadonlySet<string> = new Set([
  'gzip',
  'zstd',
  'bzip2',
  'xz',
  'Snappy',
  'LZ4',
  'a zip archive'
])

const ascii = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
