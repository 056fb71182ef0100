import { gunzipSync } from 'node:zlib'
import { ObjectGone, type ObjectStore } from '../../store/object-store.ts'
import type { Compiler, OtherSources } from '../worksheet/compiler.ts'
import { literalValue } from '../worksheet/function-call.ts'
import { quoteName } from '../worksheet/identifiers.ts'
import type { Column } from '../worksheet/scope.ts'
import { type Tree, unknownParts, word } from '../worksheet/sql-tree.ts'
import { parseVariant, variantText } from '../worksheet/variant.ts'
import { notSupported, WorksheetError } from '../worksheet/worksheet-error.ts'
import { formatFrom, keyOf, type Stages } from './stages.ts'

const columns: readonly Column[] = [
  { name: '$1', type: 'JSON' },
  { name: 'METADATA$FILENAME', type: 'VARCHAR' },
  { name: 'METADATA$FILE_ROW_NUMBER', type: 'BIGINT' },
  { name: 'METADATA$START_SCAN_TIME', type: 'TIMESTAMP WITH TIME ZONE' }
]

/** Staged files are small here: rows set aside, audit lines. */
const mostFileBytes = 1024 ** 3
const gzipMagic = 0x8b1f

const textOf = (content: Uint8Array): string => {
  const bytes = Buffer.from(content)
  const isGzip = bytes.length > 1 && bytes.readUInt16LE(0) === gzipMagic
  return (isGzip ? gunzipSync(bytes) : bytes).toString('utf8')
}

/** PATTERN must match the whole path of a file. */
const patternOf = (tree: Tree): RegExp => {
  const written = typeof tree.pattern === 'string' ? tree.pattern : literalValue(tree.pattern)
  return new RegExp(`^(?:${written ?? '.*'})$`, 's')
}

/** The name by which COPY INTO a table marks the stage that it reads. */
export const loadsInto = 'loads_into'

/** The same for `ON_ERROR = SKIP_FILE`: a file that cannot be read is passed over, instead of failing the statement. */
export const skipsFiles = 'skips_files'

/** The lines of a file, each one value. @throws WorksheetError naming the file and the line that is none */
const linesOf = (key: string, content: Uint8Array): readonly string[] => {
  let number = 0
  try {
    return textOf(content)
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => {
        number += 1
        return variantText(parseVariant(line))
      })
  } catch (error) {
    const place = number === 0 ? `File '${key}'` : `File '${key}', line ${number}`
    throw new WorksheetError(`${error instanceof Error ? error.message : 'not readable'} ${place}`)
  }
}

/** A file that is replaced while it is read is read again. @throws ObjectGone when that happens five times in a row */
const newest = async (store: ObjectStore, key: string, tries = 5): ReturnType<ObjectStore['read']> => {
  try {
    return await store.read(key, mostFileBytes)
  } catch (error) {
    if (!(error instanceof ObjectGone) || tries === 1) throw error
    return newest(store, key, tries - 1)
  }
}

const known = ['name', 'path', 'file_format', 'pattern', loadsInto, skipsFiles]

/**
 * The rows of staged files below a location, which is a prefix: `FROM @stage/path/ (file_format => …, pattern => …)`.
 * https://docs.snowflake.com/en/user-guide/querying-stage
 */
export const readStage =
  (stages: Stages): OtherSources['stage'] =>
  async (reference, compiler: Compiler) => {
    const [unknown] = unknownParts(reference, known)
    if (unknown) throw notSupported(`A stage with ${unknown.toUpperCase()}`)
    const format = literalValue(reference.file_format)
    if (format === undefined) throw notSupported('A stage without a FILE_FORMAT of JSON')
    const { type } = formatFrom({ FORMAT_NAME: format }, stages)
    if (type !== 'JSON') throw notSupported(`Reading files of format ${type}`)
    const files = stages.loadedInto(word(reference, loadsInto))
    const { store, prefix } = keyOf(`${word(reference, 'name')}${word(reference, 'path')}`, stages)
    const pattern = patternOf(reference)
    const table = compiler.temporaryTable()
    const definitions = columns.map(({ name, type }) => `${quoteName(name)} ${type}`)
    await compiler.engine.run(`CREATE TEMP TABLE ${quoteName(table)} (${definitions.slice(0, 3).join(', ')})`)
    const appender = await compiler.engine.connection.createAppender(table, undefined, 'temp')
    for await (const { key } of store.list(prefix)) {
      if (!pattern.test(key) || files.isLoaded(key)) continue
      const object = await newest(store, key)
      let lines: readonly string[]
      try {
        lines = object === undefined ? [] : linesOf(key, object.content)
      } catch (error) {
        if (reference[skipsFiles] !== true) throw error
        files.skip(key)
        continue
      }
      files.read(key)
      for (const [at, line] of lines.entries()) {
        appender.appendVarchar(line)
        appender.appendVarchar(key)
        appender.appendBigInt(BigInt(at + 1))
        appender.endRow()
      }
    }
    appender.closeSync()
    return {
      text: `SELECT *, statement_moment() AS ${quoteName('METADATA$START_SCAN_TIME')} FROM ${quoteName(table)}`,
      columns
    }
  }
