import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Ended, endOf } from './run-command.ts'

/** What a person does at a terminal once a text has appeared: keys, or another size of the window. */
export type Step = readonly [wait: string, keys: string | { readonly rows: number; readonly columns: number }]

const root = fileURLToPath(new URL('../../', import.meta.url))

export const keys = { interrupt: '\u0003', end: '\u0004', tab: '\t', up: '\u001b[A' } as const

/** Runs `npm start` in a pseudo-terminal of 40 by 100 and plays keys to it. stdout is what the terminal was sent. */
export const atTerminal = (
  args: readonly string[],
  cwd: string,
  steps: readonly Step[],
  env: Readonly<Record<string, string>> = {}
): Promise<Ended> => {
  const command = [
    process.execPath,
    '--import',
    `${root}api/local/require-node.mjs`,
    `${root}api/local/run.ts`
  ]
  const child = spawn('python3', [`${root}test/support/terminal.py`, ...command, 'start', ...args], {
    cwd,
    env: { ...process.env, DYNAMODB_ENDPOINT: '', TERM: 'xterm', ...env },
    stdio: ['pipe', 'pipe', 'pipe']
  })
  const lines = steps.map(([wait, does]) =>
    JSON.stringify(
      typeof does === 'string' ? { wait, send: does } : { wait, size: [does.rows, does.columns] }
    )
  )
  child.stdin.end(`${lines.join('\n')}\n`)
  return endOf(child)
}
