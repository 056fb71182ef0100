import { nearest } from '../../json/nearest.ts'
import { lookAtItems } from '../look-at-items.ts'
import { readScriptFile } from '../read-script-file.ts'
import { resultFormats } from '../results/result-format.ts'
import { visibleJson, visibleLines } from '../results/visible.ts'
import { shownTable } from '../table-spec.ts'
import { parseVariant, prettyVariant } from '../worksheet/variant.ts'
import { commandNames, helpText } from './command-names.ts'
import type { PromptState } from './prompt-state.ts'

/** What a line without a semicolon may be between statements. */
export type LineCommand = 'leave' | 'help' | { readonly name: string; readonly argument: string }

/** A command of the prompt, or undefined for a line of SQL. */
export const readCommand = (line: string): LineCommand | undefined => {
  const text = line.trim().replace(/\s*;$/, '')
  if (/^(exit|quit|\\q|![qx]|!quit|!exit)$/i.test(text)) return 'leave'
  if (/^(help|\?|\\\?|\\h|!help|!h)$/i.test(text)) return 'help'
  const [, name = '', argument = ''] = /^(!\w*|\\\w+)\s*(.*)$/.exec(text) ?? []
  return name === '' ? undefined : { name: name.replace(/^\\/, '!').toLowerCase(), argument }
}

const looked = 10

/**
 * Does a command of the prompt.
 *
 * @returns what it says
 * @throws Error in one line
 */
export const runCommandLine = async (
  command: Exclude<LineCommand, 'leave'>,
  state: PromptState
): Promise<string> => {
  if (command === 'help') return helpText()
  const { name, argument } = command
  switch (name) {
    case '!all':
      return state.lastResult() ?? 'there is no result yet\n'
    case '!history':
      return state.history.entries
        .toReversed()
        .map((entry) => `${visibleLines(entry)}\n`)
        .join('')
    case '!tables':
      return state.tables.map((table) => `${shownTable(table)}\n`).join('')
    case '!look':
      return look(argument, state)
    case '!source':
    case '!load':
      if (argument === '') throw new Error('!source takes a file of SQL')
      await state.runScript({ name: argument, sql: await readScriptFile(argument) })
      return ''
    case '!set':
      return set(argument, state)
    default: {
      const meant = nearest(name, commandNames)
      throw new Error(
        `there is no command ${visibleLines(name)}${meant === undefined ? '' : `: did you mean ${meant}?`} help lists them`
      )
    }
  }
}

const look = async (argument: string, state: PromptState): Promise<string> => {
  const [table = '', ...rest] = argument.split(/\s+/)
  if (table === '') throw new Error('!look takes a DynamoDB table, and a key if you like')
  const key = rest.join(' ')
  const { items, hasMore } = await lookAtItems(
    await state.client(),
    table,
    key === '' ? undefined : key.replace(/^'(.*)'$/, '$1'),
    looked
  )
  const texts = items.map((item) => `${visibleJson(prettyVariant(parseVariant(item)))}\n`)
  const none = key === '' ? `${table} is empty\n` : `${table} has no item of this key\n`
  return `${texts.join('') || none}${hasMore ? `the first ${looked} of more\n` : ''}`
}

const set = (argument: string, state: PromptState): string => {
  const [, name = '', value = ''] = /^(\w+)\s*=\s*(\w+)$/.exec(argument) ?? []
  if (name === 'format') {
    const format = resultFormats.find((known) => known === value.toLowerCase())
    if (format !== undefined) {
      state.view = { ...state.view, format }
      return ''
    }
  }
  if (name === 'rows' && /^(all|[1-9]\d{0,8})$/.test(value)) {
    state.view = { ...state.view, mostRows: value === 'all' ? Number.POSITIVE_INFINITY : Number(value) }
    return ''
  }
  throw new Error('!set takes format=table, json or csv, or rows=200 or all')
}
