import { exampleTables } from './example-tables.ts'
import { type ConnectedWorksheet, connectWorksheet } from './open-worksheet.ts'
import type { ResultFormat } from './results/result-format.ts'
import { runSql } from './run-sql.ts'
import { type NamedScript, ScriptFailed } from './script-failed.ts'
import { readTableSpecs, type TableSpec } from './table-spec.ts'

/** What `npm start` was told. */
export interface StartArguments {
  readonly format: ResultFormat
  /** How many rows of a result a terminal shows. */
  readonly mostRows: number
  readonly tables: readonly TableSpec[]
  readonly isExample: boolean
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

/** Runs the scripts in the local worksheet. Without one it shows the worked example, then opens a prompt on a terminal. */
export const useWorksheet = async (
  given: StartArguments,
  scripts: readonly NamedScript[],
  env: Parameters<typeof connectWorksheet>[0]
): Promise<void> => {
  const isOpen = scripts.length === 0
  const tables = withTables(isOpen ? exampleTables : tablesOf(scripts), given.tables)
  const connected = await connectWorksheet(env, tables)
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
  { format, mostRows, tables, isExample }: StartArguments
): Promise<void> => {
  if (isExample) {
    const { runExample } = await import('./worked-example.ts')
    await runExample(connected)
  }
  if (!process.stdin.isTTY) return
  const { prompt } = await import('./prompt/prompt.ts')
  await prompt(connected, { format, mostRows, tables })
}
