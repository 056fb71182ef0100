import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { clientSettings } from '../api/runtime/client-settings.ts'
import { leftForOthers, proposedPush } from './concurrency.ts'
import { writeOutputs } from './outputs.ts'
import { readSettings } from './settings.ts'
import { type SettingsSource, settingsIn } from './settings-source.ts'

// `npm run deploy [-- cdk options]`: deploys both stacks, then writes outputs.json.

const usage = `npm run deploy -- [cdk options]

  Deploys the two stacks by cdk deploy --all, with the settings of cdk.json or push-to-dynamo.json, and writes what
  set-up reads into outputs.json. Options are those of cdk deploy, such as --require-approval never.
`

/** What the account has of Lambda's concurrency; nothing is said where it does not tell. */
const proposal = async ({ settings, place }: SettingsSource): Promise<string> => {
  const { reservedConcurrency, workers } = readSettings(settings, { place })
  if (reservedConcurrency.push !== undefined) return ''
  const lambda = new LambdaClient(clientSettings({ endpoint: process.env.AWS_ENDPOINT_URL }))
  const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}))
  const unreserved = AccountLimit?.UnreservedConcurrentExecutions
  if (unreserved === undefined) return ''
  const push = proposedPush(
    unreserved,
    (['load', 'spill'] as const).reduce((sum, lane) => sum + (reservedConcurrency[lane] ?? workers[lane]), 0)
  )
  const seen = `${unreserved} concurrent executions of Lambda are not reserved in this account`
  return push === undefined
    ? `${seen}: too few to reserve any for push and leave ${leftForOthers}. Ask AWS for a higher quota before a large load.\n`
    : `${seen}. Put "reservedConcurrency": {"push": ${push}} into the settings, so that push cannot take them all.\n`
}

/** The app of a checkout is in its cdk.json; that of the package lies beside this code. */
const appOf = ({ isCheckout, outputs }: SettingsSource): string[] => {
  if (isCheckout) return []
  const app = fileURLToPath(new URL('./app.js', import.meta.url))
  // A text in quotes at both ends loses them on the way: the last word is for nobody.
  return ['--app', `"${process.execPath}" "${app}" --`, '--output', join(outputs, 'cdk.out')]
}

/** cdk's own program, from the caller's folder, or beside the package. */
const cdkProgram = (): string => {
  const find = (from: string) => join(dirname(createRequire(from).resolve('aws-cdk/package.json')), 'bin/cdk')
  try {
    return find(join(process.cwd(), 'package.json'))
  } catch {
    return find(fileURLToPath(import.meta.url))
  }
}

const main = async (args: readonly string[]): Promise<void> => {
  if (args.includes('--help')) return void process.stdout.write(usage)
  const source = await settingsIn(process.cwd())
  process.stderr.write(await proposal(source).catch(() => ''))
  await mkdir(source.outputs, { recursive: true })
  const stacks = join(source.outputs, 'stack-outputs.json')
  const cdk = spawn(
    process.execPath,
    [cdkProgram(), 'deploy', '--all', ...appOf(source), '--outputs-file', stacks, ...args],
    { stdio: 'inherit' }
  )
  const [code] = (await once(cdk, 'exit')) as [number | null]
  if (code === 0) await writeOutputs(stacks, join(source.outputs, 'outputs.json'))
  else process.exitCode = code ?? 1
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`deploy: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
