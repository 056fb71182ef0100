import { gzipSync } from 'node:zlib'
import type { Engine } from '../worksheet/engine.ts'
import { quoteName } from '../worksheet/identifiers.ts'
import type { Column, Query } from '../worksheet/scope.ts'
import { WorksheetError } from '../worksheet/worksheet-error.ts'
import { parquetFiles } from './parquet-files.ts'
import { keyOf, type Stages } from './stages.ts'
import type { FileContent, UnloadOptions } from './unload-options.ts'
import { type LineWriter, lineWriter } from './unloaded-lines.ts'

export interface UnloadedFile {
  /** As DETAILED_OUTPUT gives it: below the stage. */
  readonly name: string
  readonly bytes: number
  readonly rows: number
}

const rowsAtOnce = 10_000

/** The rows in pages of texts, so that no more than a page and a file are held. */
async function* pagesOf(
  table: string,
  columns: readonly Column[],
  engine: Engine
): AsyncGenerator<ReadonlyArray<readonly (string | null)[]>> {
  const cells = columns.map(({ name }) => `CAST(${quoteName(name)} AS VARCHAR)`).join(', ')
  for (let last = -1; ; last += rowsAtOnce) {
    const page = await engine.run(
      `SELECT ${cells} FROM ${quoteName(table)} WHERE rowid > ${last} ORDER BY rowid LIMIT ${rowsAtOnce}`
    )
    if (page.currentRowCount === 0) return
    yield page.getRows().map((row) => row.map((cell) => (cell === null ? null : String(cell))))
  }
}

/** Lines of JSON or CSV, cut into files. */
async function* lineFiles(
  { head, lineOf }: LineWriter,
  pages: AsyncIterable<ReadonlyArray<readonly (string | null)[]>>,
  { format, isSingle, mostFileBytes }: UnloadOptions
): AsyncGenerator<FileContent> {
  let lines: string[] = []
  let bytes = 0
  const file = (): FileContent => {
    const text = `${head}${lines.map((line) => `${line}\n`).join('')}`
    const content = format.compression === 'NONE' ? Buffer.from(text) : gzipSync(text)
    return { content, rows: lines.length }
  }
  for await (const page of pages)
    for (const row of page) {
      const line = lineOf(row)
      if (!isSingle && lines.length > 0 && bytes + line.length > mostFileBytes) {
        yield file()
        lines = []
        bytes = 0
      }
      lines.push(line)
      bytes += line.length + 1
    }
  if (lines.length > 0) yield file()
}

const suffixes = { JSON: '.json', CSV: '.csv', PARQUET: '.snappy.parquet' }

/** COPY INTO @stage: the rows of a query, cut into files. @throws WorksheetError where the format cannot hold them */
export const unload = async (
  query: Query,
  options: UnloadOptions,
  stages: Stages,
  engine: Engine
): Promise<readonly UnloadedFile[]> => {
  const { location, format, isSingle, overwrites, queryId } = options
  const writer = format.type === 'PARQUET' ? undefined : lineWriter(query.columns, options)
  const { store, prefix } = keyOf(location, stages)
  const below = location.replace(/^@[\w$]+\/?/, '')
  const files: UnloadedFile[] = []
  const id = queryId === undefined ? '' : `${queryId}_`
  const ending = `${suffixes[format.type]}${format.type !== 'PARQUET' && format.compression !== 'NONE' ? '.gz' : ''}`
  const write = async ({ content, rows }: FileContent): Promise<void> => {
    const name = isSingle ? '' : `data_${id}0_${files.length}_0${ending}`
    const written = await store.write(`${prefix}${name}`, content, { ifAbsent: !overwrites })
    if (written === undefined)
      throw new WorksheetError(
        `Files already existing at the unload destination: ${location}. Use overwrite option to force unloading.`
      )
    files.push({ name: `${below}${name}`, bytes: content.length, rows })
  }

  const table = '_UNLOAD'
  const names = query.columns.map(({ name }) => quoteName(name)).join(', ')
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE ${quoteName(table)} AS SELECT * FROM (${query.text}) AS q(${names})`
  )
  try {
    const contents = writer
      ? lineFiles(writer, pagesOf(table, query.columns, engine), options)
      : parquetFiles(table, query.columns, options, engine)
    for await (const content of contents) await write(content)
  } finally {
    await engine.run(`DROP TABLE IF EXISTS ${quoteName(table)}`)
  }
  return files
}
