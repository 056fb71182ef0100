import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine } from '../worksheet/engine.ts'
import { quoteName, quoteText } from '../worksheet/identifiers.ts'
import type { Column } from '../worksheet/scope.ts'
import type { FileContent, UnloadOptions } from './unload-options.ts'

/** Rows of a temporary table as Parquet files, each of about so many bytes: the engine writes them. */
export async function* parquetFiles(
  table: string,
  columns: readonly Column[],
  { mostFileBytes }: Pick<UnloadOptions, 'mostFileBytes'>,
  engine: Engine
): AsyncGenerator<FileContent> {
  const [count] = (await engine.run(`SELECT count(*) FROM ${quoteName(table)}`)).getRows()
  const rows = Number(count?.[0] ?? 0)
  if (rows === 0) return
  const folder = await mkdtemp(join(tmpdir(), 'push-to-dynamo-unload-'))
  try {
    const file = join(folder, 'data.parquet')
    const write = async (from: number, to: number): Promise<Uint8Array> => {
      const cells = columns.map(cellOf).join(', ')
      const some = `SELECT ${cells} FROM ${quoteName(table)} WHERE rowid >= ${from} AND rowid < ${to} ORDER BY rowid`
      await engine.run(`COPY (${some}) TO ${quoteText(file)} (FORMAT parquet, COMPRESSION snappy)`)
      return readFile(file)
    }
    const whole = await write(0, rows)
    const rowsOfFile = Math.ceil(rows / Math.ceil(whole.length / mostFileBytes))
    if (rowsOfFile >= rows) return yield { content: whole, rows }
    for (let from = 0; from < rows; from += rowsOfFile) {
      const to = Math.min(rows, from + rowsOfFile)
      yield { content: await write(from, to), rows: to - from }
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Parquet has no integer of 38 digits but as a decimal. */
const cellOf = ({ name, type }: Column): string =>
  type === 'HUGEINT' ? `CAST(${quoteName(name)} AS DECIMAL(38, 0)) AS ${quoteName(name)}` : quoteName(name)
