import { createInterface } from 'node:readline'
import { localFolder } from '../local-folder.ts'
import type { ConnectedWorksheet } from '../open-worksheet.ts'
import { type ResultView, resultText } from '../results/print-result.ts'
import { visibleLines } from '../results/visible.ts'
import { runSql } from '../run-sql.ts'
import { type NamedScript, ScriptFailed } from '../script-failed.ts'
import { shownTable, type TableSpec } from '../table-spec.ts'
import type { Names } from '../worksheet/names.ts'
import type { StatementResult } from '../worksheet/worksheet.ts'
import { complete } from './complete.ts'
import { openHistory } from './history.ts'
import type { PromptState } from './prompt-state.ts'
import { readCommand, runCommandLine } from './run-command-line.ts'
import { statementScanner } from './statement-scanner.ts'

const firstPrompt = 'sql> '
const nextPrompt = '  -> '

export interface PromptSettings extends ResultView {
  readonly tables: readonly TableSpec[]
}

const say = (text: string): void => void process.stdout.write(text)

/**
 * Reads statements from the terminal, each ended by a semicolon, until `exit` or Ctrl-D. What is typed while one runs
 * waits for its turn, also when Ctrl-D follows. Ctrl-C cancels the statement that runs, or drops what has been typed;
 * everything else stays.
 */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one closure over the terminal and what was typed; each key has a short function
export const prompt = async (
  { worksheet, service }: ConnectedWorksheet,
  { tables, format, mostRows }: PromptSettings
): Promise<void> => {
  const scanner = statementScanner()
  const history = openHistory(`${localFolder}/history`)
  const lines: string[] = []
  let running: AbortController | undefined
  let lastResult: StatementResult | undefined
  let names: Names = { tables: new Map(), functions: [] }

  say(
    `\nDynamoDB tables: ${tables.map(shownTable).join(' ')} (others: npm start -- --table name=key:S)\n` +
      'SQL, ended by a semicolon; help says what else there is, exit or Ctrl-D ends the worksheet.\n'
  )
  const terminal = createInterface({
    input: process.stdin,
    output: process.stdout,
    prompt: firstPrompt,
    history: [...history.entries],
    historySize: 1_000,
    completer: (line: string, done: (error: null, found: [string[], string]) => void) => {
      const found = (): void =>
        done(null, complete({ line, before: scanner.rest(), names, tables: tables.map(({ name }) => name) }))
      if (running === undefined)
        worksheet.names().then(
          (now) => {
            names = now
            found()
          },
          () => found()
        )
      else found()
    }
  })

  const runScript = async (script: NamedScript): Promise<void> => {
    running = new AbortController()
    try {
      await runSql(worksheet, script, state.view, {
        signal: running.signal,
        before: (result) => {
          lastResult = result
          return ''
        },
        after: ({ status }, seconds) =>
          state.view.format === 'table' && status === undefined ? `Time: ${seconds.toFixed(3)} s\n\n` : ''
      })
    } finally {
      running = undefined
    }
  }
  const state: PromptState = {
    view: { format, mostRows },
    tables,
    history,
    lastResult: () =>
      lastResult &&
      `${resultText(lastResult, { ...state.view, mostRows: Number.POSITIVE_INFINITY }, process.stdout)}\n`,
    client: async () => (await service()).client,
    runScript
  }
  const told = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      say(`${error instanceof ScriptFailed ? text : visibleLines(text)}\n`)
    }
  }
  /** The arrows bring whole statements back, not the lines that they were typed in. */
  const showHistory = (): void => {
    ;(terminal as unknown as { history: string[] }).history = [...history.entries]
  }

  /** @returns false when it was the last */
  const take = async (line: string): Promise<boolean> => {
    const command = scanner.rest() === '' ? readCommand(line) : undefined
    if (command === 'leave') return false
    if (command !== undefined) {
      history.add(line.trim())
      await told(async () => say(await runCommandLine(command, state)))
    } else
      for (const sql of scanner.add(line)) {
        history.add(sql)
        await told(() => runScript({ name: 'the prompt', sql }))
      }
    if (scanner.rest() === '') showHistory()
    return true
  }

  await new Promise<void>((resolve) => {
    let [isTaking, isClosed] = [false, false]
    const work = async (): Promise<void> => {
      if (isTaking) return
      isTaking = true
      for (let line = lines.shift(); line !== undefined; line = lines.shift())
        if (!(await take(line))) {
          lines.length = 0
          isClosed = true
          terminal.close()
        }
      isTaking = false
      if (isClosed) return resolve()
      terminal.setPrompt(scanner.rest() === '' ? firstPrompt : nextPrompt)
      terminal.prompt(true)
    }
    terminal.on('line', (line) => {
      lines.push(line)
      void work()
    })
    terminal.on('close', () => {
      isClosed = true
      if (!isTaking) void work()
    })
    terminal.on('SIGINT', () => {
      if (running !== undefined) {
        say('^C\n')
        running.abort()
        return
      }
      say(scanner.rest() === '' && terminal.line === '' ? '\nexit or Ctrl-D ends the worksheet\n' : '^C\n')
      scanner.drop()
      // Drops the line that has been typed, as Ctrl-U does.
      terminal.write(null, { ctrl: true, name: 'e' })
      terminal.write(null, { ctrl: true, name: 'u' })
      terminal.setPrompt(firstPrompt)
      terminal.prompt()
    })
    terminal.prompt()
  })
  if (scanner.rest() !== '') say('\nthe last statement has no semicolon and was not run\n')
  else say('\n')
}
