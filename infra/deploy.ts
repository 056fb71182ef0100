import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { clientSettings } from '../api/runtime/client-settings.ts'
import { leftForOthers, proposedPush } from './concurrency.ts'
import { writeOutputs } from './outputs.ts'
import { readSettings } from './settings.ts'

// `npm run deploy [-- cdk options]`: deploys both stacks, then writes .build/outputs.json.

/** What the account has of Lambda's concurrency; nothing is said where it does not tell. */
const proposal = async (): Promise<string> => {
  const { context } = JSON.parse(await readFile('cdk.json', 'utf8'))
  const { reservedConcurrency, workers } = readSettings(context?.push_to_dynamo)
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
    : `${seen}. Put "reservedConcurrency": {"push": ${push}} into cdk.json, so that push cannot take them all.\n`
}

process.stderr.write(await proposal().catch(() => ''))
const stacks = '.build/stack-outputs.json'
const cdk = spawn('cdk', ['deploy', '--all', '--outputs-file', stacks, ...process.argv.slice(2)], {
  stdio: 'inherit'
})
const [code] = (await once(cdk, 'exit')) as [number | null]
if (code === 0) await writeOutputs(stacks, '.build/outputs.json')
else process.exitCode = code ?? 1
