import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pythonWith } from '../support/python-tool.ts'
import { openSynced } from '../support/synced.ts'

// `npm run prove:dbt`: dbt parses and compiles a project with the package of sql/dbt, offline; what its macros print is then run
// as statements against the worksheet, where a run that is not complete must be an error.

const project = resolve('.build/dbt')
const python = await pythonWith('dbt', AbortSignal.timeout(600_000))

rmSync(project, { recursive: true, force: true })
cpSync('test/prove/dbt', project, { recursive: true })
writeFileSync(`${project}/packages.yml`, `packages:\n  - local: ${resolve('sql/dbt')}\n`)

const environment = {
  PATH: process.env.PATH,
  HOME: project,
  DBT_PROFILES_DIR: project,
  DBT_SEND_ANONYMOUS_USAGE_STATS: 'false',
  // Nobody answers there: a look outside would fail.
  HTTPS_PROXY: 'http://127.0.0.1:9'
}
const dbt = (...args: readonly string[]): string =>
  execFileSync(python, ['-c', 'from dbt.cli.main import cli; cli()', ...args], {
    cwd: project,
    env: environment,
    encoding: 'utf8'
  })
const compiled = (path: string): string => readFileSync(`${project}/target/compiled/shop/${path}`, 'utf8')

dbt('deps')
dbt('parse')
dbt('compile', '--no-introspect', '--no-populate-cache')

const failures: string[] = []
const expect = (what: string, isTrue: boolean): void => {
  if (!isTrue) failures.push(what)
}

expect(
  'an exposure a sync',
  /name: dynamodb_spend\n {4}type: application[\s\S]*DynamoDB table customer_spend[\s\S]*ref\('spend'\)/.test(
    compiled('analyses/exposures.sql')
  )
)
const script = compiled('analyses/syncs.sql')
// The connector that dbt uses cuts a hook into statements; a block must stay whole.
const cut = execFileSync(
  python,
  [
    '-c',
    'import io, sys\nfrom snowflake.connector.util_text import split_statements\nprint(len([s for s, _ in split_statements(io.StringIO(sys.stdin.read())) if s.strip()]))'
  ],
  { input: script, encoding: 'utf8' }
)
expect('two statements for one model', Number(cut) === 2)

const wrong = readFileSync(`${project}/models/models.yml`, 'utf8')
writeFileSync(`${project}/models/models.yml`, wrong.replace('key: [CUSTOMER_ID]', 'keys: [CUSTOMER_ID]'))
const refused = spawnSync(
  python,
  ['-c', 'from dbt.cli.main import cli; cli()', 'compile', '--no-introspect', '--no-populate-cache'],
  {
    cwd: project,
    env: environment,
    encoding: 'utf8'
  }
)
expect(
  'a wrong word in meta.dynamo is named',
  refused.status !== 0 && /takes sync, table, key and options, not keys/.test(refused.stdout)
)

const local = (sql: string): string =>
  sql.replaceAll('push_to_dynamo.app.', '').replaceAll(/'shop\.marts\.spend'/gi, "'SPEND'")
const [keep = '', run = ''] = local(script)
  .split(/(?<=\$\$);\n/)
  .map((statement) => statement.trim())
const world = await openSynced([{ name: 'customer_spend', keys: [{ name: 'customer_id', type: 'S' }] }])
try {
  await world.sql(`CREATE TABLE spend AS ${compiled('models/spend.sql')}`)
  await world.sql(keep)
  await world.sql(keep)
  const syncs = await world.sql('SELECT sync, target_table, mirror, push FROM dynamo_syncs')
  expect(
    'one sync, with its options',
    JSON.stringify(syncs).includes(`"stamp":"it's dbt"`) && syncs.length === 1
  )
  await world.sql(run)
  expect('the rows are there', (await world.items('customer_spend', 'customer_id')).size === 2)

  await world.sql('DROP TABLE spend')
  const said = await world.sql(run).then(
    () => '',
    ({ message }: Error) => message
  )
  expect('a run that fails is an error that says why', /the run of sync spend is failed: .*SPEND/s.test(said))
} finally {
  await world.close()
}
process.stdout.write(
  failures.length === 0
    ? 'dbt parses, compiles and its statements do what they say\n'
    : `WRONG: ${failures.join('; ')}\n`
)
process.exitCode = failures.length === 0 ? 0 : 1
