import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { connectWorksheet } from './open-worksheet.ts'
import { prompt } from './prompt.ts'
import { type ResultFormat, runSql } from './run-sql.ts'
import { readTableSpecs, type TableSpec } from './table-spec.ts'
import { answerHelp, lineOf } from './usage.ts'
import { exampleTables, runExample } from './worked-example.ts'

// `npm start`: the local worksheet. Without a script it shows the worked example, then opens a prompt on a terminal.

const readArguments = () => {
  const { values, tokens } = parseArgs({
    tokens: true,
    options: {
      execute: { type: 'string', short: 'e', multiple: true, default: [] },
      file: { type: 'string', short: 'f', multiple: true, default: [] },
      format: { type: 'string', default: 'table' },
      table: { type: 'string', multiple: true, default: [] }
    }
  })
  const { format } = values
  if (format !== 'table' && format !== 'json') throw new Error('--format takes table or json')
  return { format: format as ResultFormat, tables: readTableSpecs(values.table), tokens }
}

/** The tables that a script of sql/examples says it needs: `-- Tables: parking=id:S`. */
const tablesOf = (scripts: readonly string[]): readonly TableSpec[] =>
  readTableSpecs(
    scripts.flatMap((script) =>
      [...script.matchAll(/^-- Tables: (.+)$/gm)].flatMap(([, specs = '']) => specs.trim().split(/\s+/))
    )
  )

/** The scripts of `-e` and `-f`, in the order in which they were given. */
const readScripts = async ({ tokens }: ReturnType<typeof readArguments>): Promise<readonly string[]> => {
  const scripts: string[] = []
  for (const token of tokens) {
    if (token.kind !== 'option' || token.value === undefined) continue
    if (token.name === 'execute') scripts.push(token.value)
    if (token.name === 'file') scripts.push(await readFile(token.value, 'utf8'))
  }
  return scripts
}

/** A table of an example that the user also names has the user's keys. */
const withTables = (needed: readonly TableSpec[], tables: readonly TableSpec[]): readonly TableSpec[] => [
  ...needed.filter(({ name }) => tables.every((table) => table.name !== name)),
  ...tables
]

const main = async (): Promise<void> => {
  answerHelp('start', process.argv.slice(2))
  const given = readArguments()
  const { format, tables } = given
  const scripts = await readScripts(given)
  const isExample = scripts.length === 0
  const dynamoTables = withTables(isExample ? exampleTables : tablesOf(scripts), tables)
  const connected = await connectWorksheet(process.env, dynamoTables)
  try {
    if (isExample) await runExample(connected)
    for (const script of scripts) await runSql(connected.worksheet, script, format)
    if (isExample && process.stdin.isTTY) await prompt(connected.worksheet, format, dynamoTables)
  } finally {
    await connected.close()
  }
}

/** A reader that has seen enough, such as `head`, ends the command without a word. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const textOf = (error: unknown): string => {
  const isAway = error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED'
  return isAway ? `DYNAMODB_ENDPOINT does not answer: ${error.message}` : lineOf('start', error)
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${textOf(error)}\n`)
  process.exitCode = 1
}
