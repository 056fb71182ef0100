import { gunzipSync, gzipSync } from 'node:zlib'
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { s3Store } from '../../../api/store/s3-store.ts'
import { badEvery } from '../../support/kill-loop.ts'

/** A run as Snowflake unloads it: chunks of as many rows, and in each every 400th without a key. */
export interface UnloadedRun {
  readonly run: string
  readonly chunks: number
  readonly rowsPerChunk: number
  readonly options: Readonly<Record<string, unknown>> | null
}

export const idOf = (run: string, chunk: number, n: number): string => `${run}-${chunk}-${n}`
export const digitsOf = (chunk: number, n: number): string =>
  `${chunk + 1}${String(n).padStart(6, '0')}0123456789`.padEnd(38, '7')
export const isBad = (n: number): boolean => n % badEvery === 7
export const badPerChunk = ({ rowsPerChunk }: UnloadedRun): number => Math.ceil((rowsPerChunk - 7) / badEvery)
const nameOf = (chunk: number): string => `data_${chunk}.ndjson.gz`

/** Puts chunks and manifest into the bucket. The manifest comes twice: S3 may tell of one arrival twice, too. */
export const unload = async (s3: S3Client, Bucket: string, unloaded: UnloadedRun): Promise<void> => {
  const { run, chunks, rowsPerChunk, options } = unloaded
  const put = (name: string, Body: string | Uint8Array) =>
    s3.send(new PutObjectCommand({ Bucket, Key: `unload/${run}/${name}`, Body }))
  const names = Array.from({ length: chunks }, (_, chunk) => nameOf(chunk))
  for (const [chunk, name] of names.entries()) {
    const lines = Array.from({ length: rowsPerChunk }, (_, n) =>
      isBad(n) ? `{"n":${n}}\n` : `{"id":"${idOf(run, chunk, n)}","n":${digitsOf(chunk, n)},"v":1}\n`
    )
    await put(name, gzipSync(lines.join('')))
  }
  const files = names.map((name) => ({ name, rows: rowsPerChunk }))
  const manifest = JSON.stringify({ version: 1, run, table: 'orders', options, query_id: 'q', files })
  await put('manifest.json', manifest)
  await put('manifest.json', manifest)
}

/** What the bucket holds of a run in the end: row numbers of its rejected files, audit lines, what still lies there. */
export const leftOf = async (s3: S3Client, Bucket: string, { run, chunks }: UnloadedRun) => {
  const keysUnder = async (prefix: string): Promise<string[]> => {
    const keys: string[] = []
    for await (const { key } of s3Store(s3, Bucket).list(prefix)) keys.push(key)
    return keys
  }
  const textOf = async (Key: string): Promise<string> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array()
    return Key.endsWith('.gz') ? gunzipSync(bytes).toString() : Buffer.from(bytes).toString()
  }
  const rejected = await Promise.all(
    Array.from({ length: chunks }, async (_, chunk) => {
      const text = await textOf(`rejected/${run}/${nameOf(chunk)}.ndjson.gz`)
      return text
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { number: number }).number)
    })
  )
  return {
    rejected,
    audited: await keysUnder(`audit/chunks/${run}/`),
    ends: await keysUnder(`audit/runs/${run}/`),
    moved: await keysUnder(`done/${run}/`),
    waiting: (await keysUnder(`unload/${run}/`)).filter((key) => !key.endsWith('manifest.json'))
  }
}
