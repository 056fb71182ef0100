import { fstatSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { joinedArgs } from './joined-args.ts'
import { readScriptFile } from './read-script-file.ts'
import { type ResultFormat, resultFormats } from './results/result-format.ts'
import type { NamedScript } from './script-failed.ts'
import { readTableSpecs } from './table-spec.ts'

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
    : { name: path, sql: await readScriptFile(path) }

const isFile = (fd: number): boolean => {
  try {
    return fstatSync(fd).isFile()
  } catch {
    // A closed input is none.
    return false
  }
}

/** `npm start`: its arguments and scripts, which are refused before the worksheet is loaded. */
export const main = async (args: readonly string[]): Promise<void> => {
  // A reader that has seen enough, such as `head`, ends the command without a word.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
  const given = readArguments(args)
  const scripts = await readScripts(given)
  const { useWorksheet } = await import('./use-worksheet.ts')
  await useWorksheet(given, scripts, process.env)
}
