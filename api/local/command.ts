import { showSign } from './sign-of-life.ts'
import { commandLine, type LocalCommand, lineOf, usageOf } from './usage.ts'

/** What a command module gives: its whole work, for its arguments. What it throws is told in one line. */
interface CommandModule {
  readonly main: (args: readonly string[]) => Promise<void>
}

/** Loaded only when a command runs: its help, and what is wrong with its name, need nothing of it. */
const modules: Readonly<Record<LocalCommand, () => Promise<CommandModule>>> = {
  start: () => import('./start.ts'),
  serve: () => import('./serve.ts'),
  load: () => import('./load.ts'),
  look: () => import('./look.ts'),
  redrive: () => import('./redrive.ts'),
  simulate: () => import('./simulate.ts')
}

/**
 * Runs a local command: `--help` prints its options and does nothing else. A failure is one line on stderr and exit
 * code 1.
 *
 * @param args what stands behind the command on the command line
 */
export const runCommand = async (command: LocalCommand, args: readonly string[]): Promise<void> => {
  if (asksHelp(args)) return void process.stdout.write(usageOf(command))
  try {
    showSign(`${commandLine(command)}: one moment`)
    const { main } = await modules[command]()
    await main(args)
  } catch (error) {
    process.stderr.write(`${command}: ${lineOf(command, error).replaceAll(/\s*\n\s*/g, ' ')}\n`)
    process.exit(1)
  }
}

/** Whether help is asked for; what stands behind `--`, or is the value of an option, is none of ours. */
const asksHelp = (args: readonly string[]): boolean => {
  const end = args.indexOf('--')
  return (end < 0 ? args : args.slice(0, end)).some((arg) => arg === '--help' || arg === '-h')
}
