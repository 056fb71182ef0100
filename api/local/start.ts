import { fstatSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { exampleTables } from './example-tables.ts'
import { joinedArgs } from './joined-args.ts'
import { type ConnectedWorksheet, connectWorksheet } from './open-worksheet.ts'
import { type ResultFormat, resultFormats } from './results/result-format.ts'
import { runSql } from './run-sql.ts'
import { type NamedScript, ScriptFailed } from './script-failed.ts'
import { readTableSpecs, type TableSpec } from './table-spec.ts'

const options = {
  execute: { type: 'string', short: 'e', multiple: true },
  file: { type: 'string', short: 'f', multiple: true },
  format: { type: 'string', default: 'table' },
  rows: { type: 'string' },
  table: { type: 'string', multiple: true },
  'no-example': { type: 'boolean', default: false }
} as const

const readArguments = (args: readonly string[]) => {
  const { values, tokens } = parseArgs({ args: joinedArgs(args, options), tokens: true, options })
  return {
    format: readFormat(values.format),
    mostRows: readRows(values.rows),
    tables: readTableSpecs(values.table ?? []),
    isExample: !values['no-example'],
    tokens
  }
}

const readFormat = (given: string): ResultFormat => {
  const format = resultFormats.find((known) => known === given)
  if (format === undefined) throw new Error('--format takes table, json or csv')
  return format
}

/** How many rows of a result a terminal shows. */
const usualRows = 200

const readRows = (given: string | undefined): number => {
  if (given === undefined) return usualRows
  if (given === 'all') return Number.POSITIVE_INFINITY
  if (/^\d{1,9}$/.test(given) && Number(given) > 0) return Number(given)
  throw new Error('--rows takes a number of rows, or all')
}

/** The scripts of `-e` and `-f`, in the order in which they were given; without any, a file that is the input. */
const readScripts = async ({
  tokens
}: Pick<ReturnType<typeof readArguments>, 'tokens'>): Promise<readonly NamedScript[]> => {
  const scripts: NamedScript[] = []
  for (const token of tokens) {
    if (token.kind !== 'option' || token.value === undefined) continue
    if (token.name === 'execute') scripts.push({ name: '-e', sql: token.value })
    if (token.name === 'file') scripts.push(await readScript(token.value))
  }
  if (scripts.length === 0 && isFile(process.stdin.fd)) scripts.push(await readScript('-'))
  return scripts
}

const readScript = async (path: string): Promise<NamedScript> =>
  path === '-'
    ? { name: 'standard input', sql: await text(process.stdin) }
    : { name: path, sql: await readFile(path, 'utf8') }

const isFile = (fd: number): boolean => {
  try {
    return fstatSync(fd).isFile()
  } catch {
    // A closed input is none.
    return false
  }
}

/** A table of an example that the user also names has the user's keys. */
const withTables = (needed: readonly TableSpec[], tables: readonly TableSpec[]): readonly TableSpec[] => [
  ...needed.filter(({ name }) => tables.every((table) => table.name !== name)),
  ...tables
]

/** The tables that a script of sql/examples says it needs: `-- Tables: parking=id:S`. */
const tablesOf = (scripts: readonly NamedScript[]): readonly TableSpec[] =>
  readTableSpecs(
    scripts.flatMap(({ sql }) =>
      [...sql.matchAll(/^-- Tables: (.+)$/gm)].flatMap(([, specs = '']) => specs.trim().split(/\s+/))
    )
  )

/** `npm start`: the local worksheet. Without a script it shows the worked example, then opens a prompt on a terminal. */
export const main = async (args: readonly string[]): Promise<void> => {
  // A reader that has seen enough, such as `head`, ends the command without a word.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
  const given = readArguments(args)
  const scripts = await readScripts(given)
  const isOpen = scripts.length === 0
  const tables = withTables(isOpen ? exampleTables : tablesOf(scripts), given.tables)
  const connected = await connectWorksheet(process.env, tables)
  try {
    const show = { format: given.format, mostRows: given.mostRows }
    for (const script of scripts) await runSql(connected.worksheet, script, show)
    if (isOpen) await openForPeople(connected, { ...given, tables })
  } catch (error) {
    // The first line is Snowflake's own words.
    if (!(error instanceof ScriptFailed)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  } finally {
    await connected.close()
  }
}

const openForPeople = async (
  connected: ConnectedWorksheet,
  { format, mostRows, tables, isExample }: Omit<ReturnType<typeof readArguments>, 'tokens'>
): Promise<void> => {
  if (isExample) {
    const { runExample } = await import('./worked-example.ts')
    await runExample(connected)
  }
  if (!process.stdin.isTTY) return
  const { prompt } = await import('./prompt/prompt.ts')
  await prompt(connected, { format, mostRows, tables })
}
