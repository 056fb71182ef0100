import { gunzipSync } from 'node:zlib'
import type { Compiler, OtherSources } from '../worksheet/compiler.ts'
import { literalValue } from '../worksheet/function-call.ts'
import { quoteName } from '../worksheet/identifiers.ts'
import type { Column } from '../worksheet/scope.ts'
import { type Tree, unknownParts, word } from '../worksheet/sql-tree.ts'
import { parseVariant, variantText } from '../worksheet/variant.ts'
import { notSupported } from '../worksheet/worksheet-error.ts'
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

/**
 * The rows of staged files below a location, which is a prefix: `FROM @stage/path/ (file_format => …, pattern => …)`.
 * https://docs.snowflake.com/en/user-guide/querying-stage
 */
export const readStage =
  (stages: Stages): OtherSources['stage'] =>
  async (reference, compiler: Compiler) => {
    const [unknown] = unknownParts(reference, ['name', 'path', 'file_format', 'pattern', loadsInto])
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
      files.read(key)
      const object = await store.read(key, mostFileBytes)
      const lines =
        object === undefined
          ? []
          : textOf(object.content)
              .split('\n')
              .filter((line) => line.trim() !== '')
      for (const [at, line] of lines.entries()) {
        appender.appendVarchar(variantText(parseVariant(line)))
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
