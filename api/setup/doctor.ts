import { namesOf } from '../../infra/names.ts'
import { trustsOf } from '../../infra/setting-forms.ts'
import { readSettings, type Settings } from '../../infra/settings.ts'
import { settingsIn } from '../../infra/settings-source.ts'
import { accountOfCredentials } from './aws-account.ts'
import { readConnection } from './connection.ts'
import { diagnose } from './doctor/diagnose.ts'
import { exitCodeOf, findingsJson, findingsText, nothingSeenJson } from './doctor/print-findings.ts'
import { seeAttention } from './doctor/see-attention.ts'
import { seePages } from './doctor/see-pages.ts'
import { seeCall, seeSnowflake } from './doctor/see-snowflake.ts'
import { openDriverSession } from './driver-session.ts'
import { ownStackOf, withNamesOf } from './own-stack.ts'
import { readOptions } from './setup-options.ts'
import { variablesOf } from './setup-settings.ts'
import { readTestTable } from './test-table.ts'

// `npm run doctor -- --connection <name> [--json]`: what is wrong with a set-up; it changes nothing.

const usage = `npm run doctor -- --connection <name> [--json] [options]

  Looks for thirteen failures of a set-up, for eight things that make it safer to run, and for what needs a person by
  the view dynamo_attention; names the command or statement that mends each. It changes nothing.
  Exit code: 0 all is right (advice may be left), 1 something failed, 2 something could not be seen.
  Options: those of npm run setup.
`

const main = async (args: readonly string[]): Promise<void> => {
  if (args.includes('--help')) return void process.stdout.write(usage)
  const source = await settingsIn(process.cwd())
  const own = await ownStackOf(args, process.env)
  const settings = own?.settings ?? readSettings(source.settings, source)
  const { choice, connection, passcode, isJson, testTable } = await readOptions(
    args,
    process.env,
    accountOfCredentials,
    settings.name
  )
  if (connection === undefined) throw new Error('--connection names an entry of connections.toml')
  const named = variablesOf(choice, settings)
  const variables = own ? withNamesOf(own, named) : named

  const session = await openDriverSession({
    ...(await readConnection(connection, process.env)),
    ...(passcode === undefined ? {} : { passcode })
  })
  try {
    const snowflake = await seeSnowflake(session, variables)
    const url = snowflake.functions.find((each) => each.url)?.url
    const endpoint = process.env.AWS_ENDPOINT_URL
    const [{ clientSettings }, { seeAws }] = await Promise.all([
      import('../runtime/client-settings.ts'),
      import('./doctor/see-aws.ts')
    ])
    const where = { ...clientSettings({ endpoint }), region: choice.region }
    const aws = await seeAws(where, own ?? namesOf(settings.name), url)
    const others = {
      invoke: othersOf(settings.snowflake.invoke, snowflake.api?.get('API_AWS_IAM_USER_ARN')),
      unload: othersOf(settings.snowflake.unload, snowflake.storage?.get('STORAGE_AWS_IAM_USER_ARN'))
    }
    const call = await seeCall(session, variables, readTestTable(testTable, settings))
    const pages = await seePages(session, variables, settings.snowflake.page)
    const attention = await seeAttention(session, variables)
    const findings = diagnose({ snowflake, pages, aws, call, attention, others, connection })
    process.stdout.write(isJson ? findingsJson(findings) : findingsText(findings))
    process.exitCode = exitCodeOf(findings)
  } finally {
    await session.close()
  }
}

/** Whom the settings trust beside this Snowflake account. */
const othersOf = (setting: Settings['snowflake']['invoke'], own: string | undefined) =>
  trustsOf(setting).filter(({ principal }) => principal !== own)

try {
  await main(process.argv.slice(2))
} catch (error) {
  const message = error instanceof Error ? error.message : String(error)
  // Whoever reads JSON gets JSON, also where nothing could be looked at: no credentials, no connection.
  if (process.argv.includes('--json')) process.stdout.write(nothingSeenJson(message))
  else process.stderr.write(`doctor: ${message}\n`)
  process.exitCode = 2
}
