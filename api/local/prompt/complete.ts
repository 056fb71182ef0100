import { bulkOptionNotes, optionNotes } from '../../plan/row-options-schema.ts'
import type { Names } from '../worksheet/names.ts'
import { commandNames } from './command-names.ts'
import { keywords } from './keywords.ts'

/** What is being typed, and what there is to choose from. */
export interface Typed {
  /** The line up to the cursor. */
  readonly line: string
  /** The lines of the statement before it. */
  readonly before: string
  readonly names: Names
  /** DynamoDB tables. */
  readonly tables: readonly string[]
}

const options = [...Object.keys(optionNotes), ...Object.keys(bulkOptionNotes)]

/**
 * What Tab offers: commands after `!`, options and DynamoDB tables inside quotes, columns behind a table and its dot,
 * else keywords, tables, columns of the tables that the statement names, and functions.
 *
 * @returns the whole words, and the beginning that each of them completes
 */
export const complete = ({ line, before, names, tables }: Typed): [hits: string[], word: string] => {
  if (before === '' && /^\s*[!\\]\w*$/.test(line)) return matching(commandNames, line.trim(), false)
  const quoted = /'([^']*)$/.exec(withoutTexts(line))
  if (quoted) return insideQuotes(line, quoted[1] ?? '', tables)
  const member = /([A-Za-z_]\w*)\.(\w*)$/.exec(line)
  if (member) return matching(names.tables.get((member[1] ?? '').toUpperCase()) ?? [], member[2] ?? '', true)
  const word = /[A-Za-z_$][\w$]*$/.exec(line)?.[0] ?? ''
  if (word === '') return [[], '']
  const statement = `${before}\n${line}`.toUpperCase()
  const named = [...names.tables].filter(([table]) => statement.includes(table))
  const columns = named.flatMap(([, each]) => each)
  return matching([...keywords, ...names.tables.keys(), ...columns, ...names.functions], word, true)
}

/** Of a line its quotes that are closed, taken out. */
const withoutTexts = (line: string): string => line.replaceAll(/'[^']*'/g, '')

/** The first text of our functions is a DynamoDB table; the others may be options. */
const insideQuotes = (line: string, word: string, tables: readonly string[]): [string[], string] => {
  const isTable = /(?:_dynamo|_load|_sync)\w*\s*\(\s*'[^']*$/i.test(line)
  const [hits] = matching(isTable ? tables : options, word, false)
  return [hits.map((hit) => `${hit}'`), word]
}

const matching = (all: readonly string[], word: string, isAnyCase: boolean): [string[], string] => {
  const start = word.toUpperCase()
  const hits = new Set(
    all.filter((name) => (isAnyCase ? name.toUpperCase().startsWith(start) : name.startsWith(word)))
  )
  const isLower = isAnyCase && word !== '' && word === word.toLowerCase()
  return [[...hits].map((hit) => (isLower ? hit.toLowerCase() : hit)).toSorted(), word]
}
