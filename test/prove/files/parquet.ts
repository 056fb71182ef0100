import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ChunkError } from '../../../api/decode/chunk-error.ts'
import { toJsonText } from '../../../api/json/to-json-text.ts'
import { pythonWith } from '../../support/python-tool.ts'
import { type ReadRow, readChunk } from '../../support/read-chunk.ts'
import { isSame } from './compare.ts'

// Parquet as pyarrow, DuckDB, polars and fastparquet write it: every type, v1 and v2 pages, every codec, row groups of 1,
// 5 and 100 rows, columns of NULLs and files without rows; the same values as were put in, or a named refusal.
// Arguments: a folder whose files were written before (else they are written now).

const run = promisify(execFile)
const writeFiles = async (folder: string): Promise<void> => {
  const python = await pythonWith('parquet', AbortSignal.timeout(600_000))
  const script = fileURLToPath(new URL('write_parquet.py', import.meta.url))
  await run(python, [script, folder], { maxBuffer: 1 << 24 })
}

const [given] = process.argv.slice(2)
const folder = given ?? (await mkdtemp(join(tmpdir(), 'parquet-matrix-')))
if (given === undefined) await writeFiles(folder)

const shown = (row: ReadRow): string => ('item' in row ? toJsonText(row.item) : row.unreadable)

/** What is wrong with a file, or how it is refused; undefined when all of its rows are those that were put in. */
const judged = async (name: string): Promise<{ refused?: string; wrong?: string; rows: number }> => {
  const wants = (await readFile(join(folder, `${name}.want`), 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
  let rows: readonly ReadRow[]
  try {
    rows = await readChunk(name, await readFile(join(folder, name)))
  } catch (error) {
    if (error instanceof ChunkError) return { refused: error.message, rows: wants.length }
    return { wrong: String(error), rows: wants.length }
  }
  if (rows.length !== wants.length)
    return { wrong: `${rows.length} rows of ${wants.length}`, rows: wants.length }
  for (const [n, row] of rows.entries()) {
    const item = 'item' in row ? row.item : undefined
    if (!isSame(item, JSON.parse(wants[n] ?? '')))
      return { wrong: `row ${n}: ${shown(row)}\n    wanted ${wants[n]}`, rows: wants.length }
  }
  return { rows: wants.length }
}

const tally = new Map<string, { files: number; rows: number; refused: number; wrong: number }>()
try {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.parquet')).toSorted()
  for (const name of names) {
    const writer = name.split('-', 1)[0] ?? ''
    const counts = tally.get(writer) ?? { files: 0, rows: 0, refused: 0, wrong: 0 }
    const { refused, wrong, rows } = await judged(name)
    counts.files += 1
    counts.rows += rows
    if (refused !== undefined) counts.refused += 1
    if (wrong !== undefined) counts.wrong += 1
    if (refused !== undefined || wrong !== undefined)
      process.stdout.write(`${name}: ${refused === undefined ? 'WRONG' : 'refused'} ${refused ?? wrong}\n`)
    tally.set(writer, counts)
  }
} finally {
  if (given === undefined) await rm(folder, { recursive: true, force: true })
}
let wrong = 0
const said = [...tally].map(([writer, counts]) => {
  wrong += counts.wrong
  return `${writer} ${counts.files} files ${counts.rows} rows, ${counts.refused} refused, ${counts.wrong} wrong`
})
process.stdout.write(`${said.join(' · ')}\n`)
process.exit(wrong === 0 && tally.size >= 4 ? 0 : 1)
