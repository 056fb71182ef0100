import { createInterface } from 'node:readline/promises'
import { homeOf } from '../../infra/home.ts'
import { nameOf } from '../../infra/setting-forms.ts'
import { readSettings, type Settings } from '../../infra/settings.ts'
import { settingsIn } from '../../infra/settings-source.ts'
import { accountOfCredentials } from './aws-account.ts'
import { cdkDeployment } from './cdk-deployment.ts'
import { readConnection } from './connection.ts'
import { openDriverSession } from './driver-session.ts'
import { ownStackDeployment, ownStackOf, withNamesOf } from './own-stack.ts'
import { copyOfPages } from './page-files.ts'
import { planText } from './print-plan.ts'
import { runSetup } from './run-setup.ts'
import { readOptions, setupUsage } from './setup-options.ts'
import { scriptsOf } from './setup-scripts.ts'
import { exampleUrl, type SetupChoice, variablesOf } from './setup-settings.ts'
import { snowCommand } from './snow-command.ts'
import { readTestTable } from './test-table.ts'

// `npm run setup -- --connection <name> [--dry-run] [--yes]`: from clone to SELECT push_to_dynamo.

const main = async (args: readonly string[]): Promise<void> => {
  if (args.includes('--help')) return void process.stdout.write(setupUsage)
  const source = await settingsIn(process.cwd())
  const own = await ownStackOf(args, process.env)
  const settings = own?.settings ?? readSettings(source.settings, source)
  const options = await readOptions(args, process.env, accountOfCredentials, settings.name)
  const { choice, connection, passcode, isDry, isYes, isRepoint, isAddAccount, isTold } = options
  checkHome(settings, choice)
  const named = variablesOf(choice, settings)
  const variables = own ? withNamesOf(own, named) : named
  const testTable = readTestTable(options.testTable, settings)
  const tables = [...Object.keys(settings.tables.create), ...settings.tables.existing.map(nameOf)]
  if (options.isSnow) {
    // The line is run in the folder sql.
    const all = { ...variables, api_url: exampleUrl(choice.region), app_folder: 'app' }
    return void process.stdout.write(`${snowCommand(all)}\n`)
  }
  const scripts = scriptsOf(settings)
  process.stdout.write(
    await planText({ variables, scripts, apiUrl: exampleUrl(choice.region), tables, testTable })
  )
  if (isDry) return
  if (connection === undefined) throw new Error('--connection names an entry of connections.toml')
  const account = await accountOfCredentials(choice.region)
  if (account !== choice.account)
    throw new Error(
      `your AWS credentials are of account ${account}, not ${choice.account}: change --account or AWS_PROFILE`
    )
  if (!isYes && !(await isWanted())) throw new Error('nothing was changed')

  const { IAMClient } = await import('@aws-sdk/client-iam')
  const session = await openDriverSession({
    ...(await readConnection(connection, process.env)),
    ...(passcode === undefined ? {} : { passcode })
  })
  const iam = new IAMClient({ region: choice.region })
  const pages = settings.snowflake.page ? await copyOfPages() : undefined
  try {
    const tell = (line: string) => process.stderr.write(`${line}\n`)
    const changes = await runSetup({
      session,
      aws: own
        ? ownStackDeployment(own, { iam, isRepoint, tell })
        : cdkDeployment({
            source,
            iam,
            environment: { ...process.env, AWS_REGION: choice.region },
            show: (text) => process.stderr.write(text),
            others: isAddAccount ? 'keep' : isRepoint ? 'replace' : 'refuse'
          }),
      variables: pages ? { ...variables, app_folder: pages.folder } : variables,
      scripts,
      testTable,
      isRepoint,
      // A bucket of somebody else's stack is told of the queue by its props.
      isTold: isTold && own === undefined,
      tell
    })
    tell(changes === 0 ? 'Everything was set up already; nothing was changed.' : 'Set up.')
  } finally {
    iam.destroy()
    await pages?.remove()
    await session.close()
  }
}

/** @throws Error when ARNs among the settings say that the deployment belongs elsewhere */
const checkHome = ({ tables }: Settings, choice: SetupChoice): void => {
  const home = homeOf(tables)
  for (const part of ['account', 'region'] as const)
    if (!('wrong' in home) && home[part] !== undefined && home[part] !== choice[part])
      throw new Error(
        `tables.existing of cdk.json names tables of ${part} ${home[part]}, and this is ${choice[part]}: give --${part} ${home[part]}, or name the tables without ARNs`
      )
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
  await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`setup: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
