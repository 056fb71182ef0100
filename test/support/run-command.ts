import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { LocalCommand } from '../../api/local/usage.ts'
import { semiSpaceMb } from '../../api/runtime/lean-heap.ts'

const root = new URL('../../', import.meta.url).pathname

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunningCommand {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
}

/** Starts `npm run <command>` as npm would, in a folder of its own. */
export const startCommand = (
  command: LocalCommand,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
  input: 'ignore' | 'pipe' | number = 'ignore'
): RunningCommand => {
  const child = spawn(
    process.execPath,
    [
      `--max-semi-space-size=${semiSpaceMb}`,
      '--import',
      `${root}api/local/require-node.mjs`,
      `${root}api/local/run.ts`,
      command,
      ...args
    ],
    { cwd, env: { ...process.env, DYNAMODB_ENDPOINT: '', ...env }, stdio: [input, 'pipe', 'pipe'] }
  )
  return { child, ended: endOf(child) }
}

/** What a child process wrote, and how it ended. */
export const endOf = (child: ChildProcess): Promise<Ended> => {
  let [stdout, stderr] = ['', '']
  child.stdout?.on('data', (text) => {
    stdout += text
  })
  child.stderr?.on('data', (text) => {
    stderr += text
  })
  return once(child, 'close').then(([code, signal]) => ({ code, signal, stdout, stderr }) as Ended)
}

/** Runs a command to its end. */
export const runCommand = (...args: Parameters<typeof startCommand>): Promise<Ended> =>
  startCommand(...args).ended

/** The last line of stdout, parsed. */
export const lastJson = ({ stdout, stderr }: Ended): Record<string, unknown> => {
  const last = stdout.trimEnd().split('\n').at(-1)
  if (!last?.startsWith('{')) throw new Error(`no JSON line on stdout; stderr: ${stderr}`)
  return JSON.parse(last) as Record<string, unknown>
}
