import './node-22.ts'
import './caller-packages.ts'
import { readFileSync } from 'node:fs'
import { runCommand } from '../local/command.ts'
import { packageRoot } from '../local/package-root.ts'
import { isCommand, type LocalCommand } from '../local/usage.ts'
import { missingPeers, type PeerVersions, peersText } from './peers.ts'

// `npx push-to-dynamo <command>`: each command is the program that `npm run <command>` starts in a checkout.

/** What each command does, in a line; a local one has its options where `npm run` has them. */
const locally: Readonly<Record<LocalCommand, string>> = {
  start: 'the local worksheet: a worked example, then a SQL prompt',
  serve: 'the HTTP API with an embedded DynamoDB',
  load: 'bulk load of local files',
  look: 'items that a load has written',
  redrive: 'sends through again what a load set aside',
  simulate: 'a Snowflake statement against a table with a capacity'
}
const onAccounts: Readonly<Record<string, readonly [does: string, run: () => Promise<unknown>]>> = {
  deploy: ['the AWS side, by CDK', () => import('../../infra/deploy.ts')],
  setup: ['AWS and Snowflake, connected', () => import('../setup/setup.ts')],
  doctor: ['what is wrong with a set-up', () => import('../setup/doctor.ts')]
}

const usage = (): string =>
  [
    'npx push-to-dynamo <command> [options]',
    '',
    ...Object.entries(locally).map(([name, does]) => `  ${name.padEnd(10)} ${does}`),
    ...Object.entries(onAccounts).map(([name, [does]]) => `  ${name.padEnd(10)} ${does}`),
    '',
    '  --version, --help; <command> --help for the options of a command',
    '  Settings: push-to-dynamo.json, or context.push_to_dynamo of cdk.json. What is kept lies in .local/.',
    ''
  ].join('\n')

const manifest = JSON.parse(readFileSync(new URL('package.json', packageRoot), 'utf8')) as {
  readonly version: string
  readonly testedPeers?: PeerVersions
}

/** Load and redrive run with a young generation of this size, which Node takes on its command line alone. */
const leanHeap = '--max-semi-space-size=8'
const isLean = (command: string): boolean => command === 'load' || command === 'redrive'

/** The same command in a process with the flag; where a process cannot be replaced it goes on without. */
const replaced = (command: string): void => {
  if (!isLean(command) || process.execArgv.includes(leanHeap) || process.platform === 'win32') return
  process.execve?.(
    process.execPath,
    [process.execPath, leanHeap, '--disable-warning=ExperimentalWarning', ...process.argv.slice(1)],
    process.env as Record<string, string>
  )
}

const main = async (): Promise<void> => {
  const [command = '--help', ...args] = process.argv.slice(2)
  if (command === '--version') return void process.stdout.write(`${manifest.version}\n`)
  if (command === '--help' || command === 'help') return void process.stdout.write(usage())
  const [, run] = onAccounts[command] ?? []
  if (run === undefined && !isCommand(command)) {
    process.stderr.write(`there is no command ${command}\n\n${usage()}`)
    process.exitCode = 2
    return
  }
  const missing = missingPeers([command, ...args], process.env, [import.meta.url, process.cwd()])
  if (missing.length > 0) {
    process.stderr.write(peersText(command, missing, manifest.testedPeers ?? {}))
    process.exitCode = 1
    return
  }
  replaced(command)
  if (isCommand(command)) return runCommand(command, args)
  process.argv.splice(2, 1)
  await run?.()
}

await main()
