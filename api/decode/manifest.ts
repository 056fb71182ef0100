import { gunzipSync } from 'node:zlib'
import * as z from 'zod'
import { JsonTextError, parseJson } from '../json/json-text.ts'
import { JsonNumber, JsonObject, type JsonValue } from '../json/json-value.ts'
import { isGzip } from './is-gzip.ts'

/** The manifest cannot start a run; the message says why. It goes to the run's `errors`. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError'
}

export interface ManifestFile {
  /** Relative to the manifest. */
  readonly name: string
  readonly rows: number | null
}

/** What a run is to load: `unload/<run>/manifest.json`, or the argument of `start_dynamo_load`. */
export interface Manifest {
  readonly run: string | undefined
  readonly table: string | undefined
  readonly options: JsonObject | null
  readonly queryId: string | undefined
  readonly files: readonly ManifestFile[]
}

export const maxManifestBytes = 10 * 1024 * 1024
/** 50,000 chunks of 16 MB are 800 GB; more is a mistake. */
const maxManifestFiles = 50_000
/** Keys take 1,024 bytes, and in `done/` and `rejected/` the name stands behind the run's. */
const maxNameBytes = 900
const runName = /^[A-Za-z0-9._-]{1,64}$/

export const isRunName = (text: string): boolean => runName.test(text) && text !== '.' && text !== '..'

const whole = z
  .instanceof(JsonNumber)
  .refine(({ text }) => /^(0|[1-9][0-9]{0,14})$/.test(text))
  .transform(({ text }) => Number(text))
const plainObject = z.instanceof(JsonObject).transform((object) => Object.fromEntries(object))
const schema = plainObject.pipe(
  z.strictObject({
    version: z.instanceof(JsonNumber).refine(({ text }) => text === '1'),
    run: z.string().refine(isRunName).nullish(),
    table: z.string().min(1).nullish(),
    options: z.union([z.instanceof(JsonObject), z.null()]).optional(),
    query_id: z.string().max(200).nullish(),
    files: z
      .array(
        plainObject.pipe(
          z.strictObject({
            name: z
              .string()
              .min(1)
              .refine((name) => Buffer.byteLength(name) <= maxNameBytes),
            rows: whole.nullish(),
            bytes: whole.nullish()
          })
        )
      )
      .max(maxManifestFiles)
  })
)
const wanted: Readonly<Record<string, string>> = {
  version: 'the number 1',
  run: '1 to 64 of A-Z a-z 0-9 . _ -',
  table: 'a table name',
  options: 'an object',
  query_id: 'text',
  files: `a list of at most ${maxManifestFiles} of {"name", "rows", "bytes"}`
}

/** @throws ManifestError when the bytes (plain or gzip) are no manifest */
export const readManifest = (content: Uint8Array): Manifest => {
  let text: string
  try {
    const bytes = isGzip(content) ? gunzipSync(content, { maxOutputLength: maxManifestBytes }) : content
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new ManifestError('the manifest cannot be unpacked or is not UTF-8 text')
  }
  try {
    return toManifest(parseJson(text))
  } catch (error) {
    if (error instanceof JsonTextError) throw new ManifestError(`the manifest is not JSON: ${error.message}`)
    throw error
  }
}

/** @throws ManifestError when the value is no manifest, or names a file twice or outside its own folder */
export const toManifest = (value: JsonValue): Manifest => {
  if (value instanceof JsonObject && value.repeated !== undefined)
    throw new ManifestError(`the manifest has member ${value.repeated.slice(0, 60)} twice`)
  const read = schema.safeParse(value)
  if (!read.success) {
    const [issue] = read.error.issues
    const member = String(issue?.path[0] ?? '')
    if (issue?.code === 'unrecognized_keys')
      throw new ManifestError(`the manifest has an unknown member ${issue.keys[0]?.slice(0, 60)}`)
    throw new ManifestError(
      member === '' ? 'the manifest is not an object' : `the manifest's ${member} is to be ${wanted[member]}`
    )
  }
  checkFiles(read.data.files)
  return {
    run: read.data.run ?? undefined,
    table: read.data.table ?? undefined,
    options: orNone(read.data.options ?? null),
    queryId: read.data.query_id ?? undefined,
    files: read.data.files.map(({ name, rows }) => ({ name, rows: rows ?? null }))
  }
}

/** @throws ManifestError when there are too many files, or one is named twice, outside the run's folder or too long */
export const checkFiles = (files: ReadonlyArray<Pick<ManifestFile, 'name'>>): void => {
  if (files.length > maxManifestFiles || files.some(({ name }) => Buffer.byteLength(name) > maxNameBytes))
    throw new ManifestError(`the manifest's files is to be ${wanted.files}`)
  const names = new Set<string>()
  for (const { name } of files) {
    if (isOutside(name))
      throw new ManifestError(
        "a file name of the manifest leaves the run's folder: names are relative to the manifest"
      )
    if (names.has(name)) throw new ManifestError(`the manifest names file ${name.slice(0, 200)} twice`)
    names.add(name)
  }
}

/** Options that say nothing are none. */
export const orNone = (options: JsonObject | null): JsonObject | null =>
  options?.size === 0 ? null : options

/** Names that would let a SQL user read or move any object of the bucket, or hide the manifest itself. */
const isOutside = (name: string): boolean =>
  name === 'manifest.json' ||
  name.startsWith('/') ||
  name.includes('\\') ||
  name.includes('\0') ||
  // Behind the last slash may be nothing: a folder marker, which is skipped.
  name
    .split('/')
    .some((part, n, { length }) => (part === '' && n < length - 1) || part === '.' || part === '..')
