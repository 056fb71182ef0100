import type { ObjectStore } from '../../store/object-store.ts'
import { readCreate, statementReader } from '../scripting/token-reader.ts'
import type { Statement } from '../worksheet/read-script.ts'
import type { Extension } from '../worksheet/session.ts'
import { showStatement } from '../worksheet/show-rows.ts'
import { locationIn } from '../worksheet/stage-locations.ts'
import { compilationError, notSupported } from '../worksheet/worksheet-error.ts'

/** How files of a stage are written: JSON, one value a line, which alone is read as well; CSV with quoted texts; Parquet. */
export interface FileFormat {
  readonly type: 'JSON' | 'CSV' | 'PARQUET'
  readonly compression: 'GZIP' | 'NONE' | 'AUTO'
}

/** What CSV must say, so that a text and NULL differ, and quotes alone save what is in them. */
const csvTerms = { FIELD_OPTIONALLY_ENCLOSED_BY: '"', ESCAPE_UNENCLOSED_FIELD: 'NONE' }

/** The local bucket as Snowflake sees it: named stages over its prefixes, and how their files are written. */
export interface Stages {
  /** undefined where the worksheet has no bucket. */
  readonly store: ObjectStore | undefined
  /** Stages by name, each with its prefix in the bucket. */
  readonly prefixes: Map<string, string>
  readonly formats: Map<string, FileFormat>
  /** Which files COPY INTO has loaded into a table; those of no table are always read. */
  readonly loadedInto: (table: string) => LoadHistory
}

/** https://docs.snowflake.com/en/user-guide/data-load-considerations-load: a file is loaded into a table once. */
export interface LoadHistory {
  readonly isLoaded: (key: string) => boolean
  readonly read: (key: string) => void
  /** The file was passed over: it is looked at again the next time. */
  readonly skip: (key: string) => void
  /** The files read or passed over since the last time; those that were read are loaded from now on. */
  readonly settle: () => readonly { readonly file: string; readonly status: 'LOADED' | 'LOAD_FAILED' }[]
  /** The statement failed: they are not. */
  readonly forget: () => void
}

const nothing = (): void => {}
const noHistory: LoadHistory = {
  isLoaded: () => false,
  read: nothing,
  skip: nothing,
  settle: () => [],
  forget: nothing
}

const openHistory = (): LoadHistory => {
  const loaded = new Set<string>()
  const seen = new Map<string, 'LOADED' | 'LOAD_FAILED'>()
  return {
    isLoaded: (key) => loaded.has(key),
    read: (key) => void seen.set(key, 'LOADED'),
    skip: (key) => void seen.set(key, 'LOAD_FAILED'),
    settle: () => {
      const files = Array.from(seen, ([file, status]) => ({ file, status }))
      for (const { file, status } of files) if (status === 'LOADED') loaded.add(file)
      seen.clear()
      return files
    },
    forget: () => seen.clear()
  }
}

export const openStages = (store: ObjectStore | undefined): Stages => {
  const histories = new Map<string, LoadHistory>()
  return {
    store,
    prefixes: new Map(),
    formats: new Map(),
    loadedInto: (table) => {
      if (table === '') return noHistory
      const history = histories.get(table) ?? openHistory()
      histories.set(table, history)
      return history
    }
  }
}

/** The address of the local bucket in CREATE STAGE. */
export const localBucket = 's3://local'

/** The bucket's key of `@stage/path`. @throws WorksheetError when there is no such stage */
export const keyOf = (
  location: string,
  { prefixes, store }: Stages
): { store: ObjectStore; prefix: string } => {
  const [, name = '', path = ''] = /^@([\w$]+)\/?(.*)$/s.exec(locationIn(location)) ?? []
  const prefix = prefixes.get(name.toUpperCase())
  if (prefix === undefined)
    throw compilationError(`Stage '${name.toUpperCase()}' does not exist or not authorized.`)
  if (store === undefined) throw notSupported('A stage without a bucket')
  return { store, prefix: `${prefix}${path}` }
}

/** `FORMAT_NAME = 'name'`, or `TYPE = JSON …`. @throws WorksheetError for what the worksheet cannot write */
export const formatFrom = (options: Readonly<Record<string, string>>, { formats }: Stages): FileFormat => {
  const { FORMAT_NAME, TYPE, COMPRESSION = 'AUTO', COMMENT, ...others } = options
  if (FORMAT_NAME !== undefined) {
    const found = formats.get(FORMAT_NAME.toUpperCase())
    if (found === undefined)
      throw compilationError(`File format '${FORMAT_NAME.toUpperCase()}' does not exist or not authorized.`)
    return found
  }
  const type = (TYPE ?? 'CSV').toUpperCase()
  const terms: Readonly<Record<string, string>> = type === 'CSV' ? csvTerms : {}
  const other = Object.keys(others).find((name) => others[name]?.toUpperCase() !== terms[name])
  if (other !== undefined) throw notSupported(`A file format with ${other}`)
  if (
    (type !== 'JSON' && type !== 'CSV' && type !== 'PARQUET') ||
    Object.keys(terms).some((name) => !others[name])
  )
    throw notSupported(`A file format ${type}`)
  const compression = COMPRESSION.toUpperCase()
  if (compression !== 'GZIP' && compression !== 'NONE' && compression !== 'AUTO')
    throw notSupported(`Files with compression ${compression}`)
  return { type, compression }
}

export interface StageDeps {
  readonly stages: Stages
  readonly functions: ReadonlySet<string>
  readonly readOne: (sql: string) => Statement
}

/** CREATE STAGE on the local bucket, CREATE FILE FORMAT, and SHOW of both. */
export const stageExtensions = ({ stages, functions, readOne }: StageDeps): readonly Extension[] => {
  const read = (statement: Statement, ...words: readonly string[]) => {
    const reader = statementReader(statement, functions, readOne)
    const { isReplacing, isOptional, name } = readCreate(reader, ...words)
    const options: Record<string, string> = {}
    while (!reader.isAtEnd()) {
      const option = reader.next()
      reader.expect('=')
      options[option] = reader.text()
    }
    return { name, options, isReplacing, isOptional }
  }

  const createStage: Extension['run'] = async (statement, frame, session) => {
    const { name, options, isReplacing, isOptional } = read(statement, 'STAGE')
    await session.transactions.beforeDdl(frame.depth, 'CREATE STAGE')
    const { URL: url = '', STORAGE_INTEGRATION: _, COMMENT: __, ...others } = options
    const [other] = Object.keys(others)
    if (other !== undefined) throw notSupported(`A stage with ${other}`)
    if (!url.startsWith(`${localBucket}/`))
      throw notSupported(`A stage outside of the local bucket (${localBucket}/…)`)
    if (stages.prefixes.has(name) && !isReplacing && !isOptional)
      throw compilationError(`Object '${name}' already exists.`)
    if (!stages.prefixes.has(name) || isReplacing)
      stages.prefixes.set(name, url.slice(localBucket.length + 1))
    return session.say(statement.sql, `Stage area ${name} successfully created.`)
  }

  const createFormat: Extension['run'] = async (statement, frame, session) => {
    const { name, options, isReplacing, isOptional } = read(statement, 'FILE', 'FORMAT')
    await session.transactions.beforeDdl(frame.depth, 'CREATE FILE FORMAT')
    if (stages.formats.has(name) && !isReplacing && !isOptional)
      throw compilationError(`Object '${name}' already exists.`)
    if (!stages.formats.has(name) || isReplacing) stages.formats.set(name, formatFrom(options, stages))
    return session.say(statement.sql, `File format ${name} successfully created.`)
  }

  return [
    { words: /^create\s+(or\s+replace\s+)?stage\b/i, run: createStage },
    { words: /^create\s+(or\s+replace\s+)?file\s+format\b/i, run: createFormat },
    showStatement('stages', ['name', 'url'], async () =>
      [...stages.prefixes].map(([name, prefix]) => ({ name, url: `${localBucket}/${prefix}` }))
    ),
    showStatement('file formats', ['name', 'type'], async () =>
      [...stages.formats].map(([name, { type }]) => ({ name, type }))
    )
  ]
}
