import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { cdkDeployment } from './cdk-deployment.ts'
import { readConnection } from './connection.ts'
import { openDriverSession } from './driver-session.ts'
import { planText } from './print-plan.ts'
import { runSetup } from './run-setup.ts'
import { checkChoice, exampleAccount, settingsOf, usualChoice, variablesOf } from './setup-settings.ts'
import { readTestTable } from './test-table.ts'

// `npm run setup -- --connection <name> [--dry-run] [--yes]`: from clone to SELECT push_to_dynamo.

const root = new URL('../../', import.meta.url)

const main = async (): Promise<void> => {
  const text = (usual?: string) =>
    usual === undefined ? ({ type: 'string' } as const) : ({ type: 'string', default: usual } as const)
  const { values } = parseArgs({
    options: {
      connection: text(),
      account: text(process.env.CDK_DEFAULT_ACCOUNT),
      region: text(process.env.AWS_REGION),
      database: text(usualChoice.database),
      schema: text(usualChoice.schema),
      warehouse: text(usualChoice.warehouse),
      'admin-role': text(usualChoice.adminRole),
      'owner-role': text(usualChoice.ownerRole),
      'user-role': text(usualChoice.userRole),
      'test-table': text(),
      'dry-run': { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false }
    }
  })
  const example = values['dry-run'] ? exampleAccount : { account: '', region: '' }
  const choice = checkChoice({
    account: values.account ?? example.account,
    region: values.region ?? example.region,
    database: values.database ?? usualChoice.database,
    schema: values.schema ?? usualChoice.schema,
    warehouse: values.warehouse ?? usualChoice.warehouse,
    adminRole: values['admin-role'] ?? usualChoice.adminRole,
    ownerRole: values['owner-role'] ?? usualChoice.ownerRole,
    userRole: values['user-role'] ?? usualChoice.userRole
  })
  const settings = settingsOf(await readFile(new URL('cdk.json', root), 'utf8'))
  const variables = variablesOf(choice, settings)
  const testTable = readTestTable(values['test-table'], settings)
  process.stdout.write(await planText(variables, Object.keys(settings.tables.create)))
  if (values['dry-run']) return
  if (values.connection === undefined) throw new Error('--connection names an entry of connections.toml')
  if (!values.yes && !(await isWanted())) throw new Error('nothing was changed')

  const session = await openDriverSession(await readConnection(values.connection, process.env))
  try {
    const tell = (line: string) => process.stderr.write(`${line}\n`)
    const changes = await runSetup({
      session,
      aws: cdkDeployment(root),
      variables,
      account: choice.account,
      testTable,
      tell
    })
    tell(changes === 0 ? 'Everything was set up already; nothing was changed.' : 'Set up.')
  } finally {
    await session.close()
  }
}

const isWanted = async (): Promise<boolean> => {
  if (!process.stdin.isTTY) throw new Error('read the plan, then run it with --yes')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test(await lines.question('Do this? [y/N] '))
  } finally {
    lines.close()
  }
}

try {
  await main()
} catch (error) {
  process.stderr.write(`setup: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
