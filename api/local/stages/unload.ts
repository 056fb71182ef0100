import { gzipSync } from 'node:zlib'
import { familyOf } from '../worksheet/duck-type.ts'
import type { Engine } from '../worksheet/engine.ts'
import { quoteName } from '../worksheet/identifiers.ts'
import type { Query } from '../worksheet/scope.ts'
import { compilationError, WorksheetError } from '../worksheet/worksheet-error.ts'
import { type FileFormat, keyOf, type Stages } from './stages.ts'

export interface UnloadOptions {
  readonly location: string
  readonly format: FileFormat
  readonly isSingle: boolean
  readonly overwrites: boolean
  readonly mostFileBytes: number
  /** Part of the files' names. */
  readonly queryId: string | undefined
}

export interface UnloadedFile {
  /** As DETAILED_OUTPUT gives it: below the stage. */
  readonly name: string
  readonly bytes: number
  readonly rows: number
}

const rowsAtOnce = 10_000

/** The rows as lines of JSON, in pages, so that no more than a page and a file are held. */
async function* linesOf(table: string, engine: Engine): AsyncGenerator<readonly string[]> {
  for (let last = -1; ; last += rowsAtOnce) {
    const page = await engine.run(
      `SELECT CAST(item AS VARCHAR) FROM ${quoteName(table)} WHERE rowid > ${last} ORDER BY rowid LIMIT ${rowsAtOnce}`
    )
    if (page.currentRowCount === 0) return
    yield page.getRows().map(([line]) => String(line ?? 'null'))
  }
}

/** COPY INTO @stage: the query's one VARIANT column as lines of JSON, cut into files. */
export const unload = async (
  query: Query,
  options: UnloadOptions,
  stages: Stages,
  engine: Engine
): Promise<readonly UnloadedFile[]> => {
  const [column, more] = query.columns
  if (column === undefined || more !== undefined || familyOf(column.type) !== 'variant')
    throw compilationError(
      'JSON file format can only be used with a single column of type VARIANT, OBJECT or ARRAY.'
    )
  const { location, format, isSingle, overwrites, mostFileBytes, queryId } = options
  const { store, prefix } = keyOf(location, stages)
  const below = location.replace(/^@[\w$]+\/?/, '')
  const isGzip = format.compression !== 'NONE'
  const files: UnloadedFile[] = []

  const nameOf = (at: number): string =>
    isSingle ? '' : `data_${queryId === undefined ? '' : `${queryId}_`}0_${at}_0.json${isGzip ? '.gz' : ''}`
  const write = async (lines: readonly string[]): Promise<void> => {
    const name = nameOf(files.length)
    const text = lines.map((line) => `${line}\n`).join('')
    const content = isGzip ? gzipSync(text) : Buffer.from(text)
    const written = await store.write(`${prefix}${name}`, content, { ifAbsent: !overwrites })
    if (written === undefined)
      throw new WorksheetError(
        `Files already existing at the unload destination: ${location}. Use overwrite option to force unloading.`
      )
    files.push({ name: `${below}${name}`, bytes: content.length, rows: lines.length })
  }

  const table = '_UNLOAD'
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE ${quoteName(table)} AS SELECT * FROM (${query.text}) AS q(item)`
  )
  try {
    let lines: string[] = []
    let bytes = 0
    for await (const page of linesOf(table, engine)) {
      for (const line of page) {
        if (!isSingle && lines.length > 0 && bytes + line.length > mostFileBytes) {
          await write(lines)
          lines = []
          bytes = 0
        }
        lines.push(line)
        bytes += line.length + 1
      }
    }
    if (lines.length > 0) await write(lines)
  } finally {
    await engine.run(`DROP TABLE IF EXISTS ${quoteName(table)}`)
  }
  return files
}
