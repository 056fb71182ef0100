import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { cutStatements } from '../../api/setup/cut-statements.ts'
import { scriptsAfterDeploy, scriptsBeforeDeploy, trustScript } from '../../api/setup/setup-scripts.ts'
import { exampleAccount, exampleUrl, usualChoiceOf, variablesOf } from '../../api/setup/setup-settings.ts'
import { readSettings } from '../../infra/settings.ts'
import { pythonWith } from '../sql/python-venv.ts'

// `npm run prove:sql`: the statement reader inside Snowflake's own CLI renders and splits every script as the set-up does, so that
// `snow sql -f` runs the same statements. The CLI as a whole pins a pip that is not everywhere: these are the packages that its reader needs.

const packages = [
  'click==8.1.8',
  'jinja2==3.1.6',
  'pydantic==2.12.5',
  'rich==14.0.0',
  'typer==0.17.3',
  'tomlkit==0.15.1'
]
const others = [
  'pluggy==1.6.0',
  'pyyaml==6.0.2',
  'prompt-toolkit==3.0.51',
  'requirements-parser==0.13.0',
  'gitpython==3.2.0'
]
const python = pythonWith(
  'snowflake-cli',
  [...packages, ...others, 'snowflake-connector-python==4.7.5'],
  ['snowflake-cli==3.31.0']
)

const variables = {
  ...variablesOf(
    { ...usualChoiceOf('push_to_dynamo'), ...exampleAccount },
    readSettings({ tables: { create: { orders: 'id:S' } } })
  ),
  api_url: exampleUrl(exampleAccount.region),
  run: 'run-1',
  source: 'my_table',
  table: 'orders',
  sync: 'spend',
  role: 'analyst'
}
const scripts = globSync('sql/**/*.sql', { exclude: ['sql/dbt/**', 'sql/deploy.sql'] }).toSorted()
const answer = execFileSync(`${python}/python`, ['test/sql/split-with-snow.py', ...scripts], {
  input: JSON.stringify(variables),
  encoding: 'utf8',
  maxBuffer: 64 * 1024 ** 2
})
const split = JSON.parse(answer) as Readonly<Record<string, readonly string[]>>

/** Without comments, blanks and the last `;`: the two keep these differently. */
const bare = (statement: string): string =>
  statement
    .replace(/--[^\n]*/g, '')
    .replace(/\s+/g, ' ')
    .replace(/[ ;]+$/, '')
    .trim()

let statements = 0
let isSame = true
for (const script of scripts) {
  const ours = cutStatements(readFileSync(script, 'utf8'), variables).map(bare)
  const theirs = (split[script] ?? []).map(bare)
  statements += ours.length
  const at = ours.findIndex((statement, n) => statement !== theirs[n])
  if (ours.length === theirs.length && at < 0) continue
  isSame = false
  process.stdout.write(
    `${script}: statement ${at + 1} of ${ours.length} (snow: ${theirs.length})\n  ours: ${ours[at]}\n  snow: ${theirs[at]}\n`
  )
}
// deploy.sql from its folder: the CLI follows each !source, and must come to the statements of the set-up in their order.
const deployed = JSON.parse(
  execFileSync(resolve(python, 'python'), [resolve('test/sql/split-with-snow.py'), 'deploy.sql'], {
    cwd: 'sql',
    input: JSON.stringify(variables),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2
  })
) as Readonly<Record<string, readonly string[]>>
const wanted = [...scriptsBeforeDeploy, trustScript, ...scriptsAfterDeploy].flatMap((path) =>
  cutStatements(readFileSync(`sql/${path}`, 'utf8'), variables).map(bare)
)
const sourced = (deployed['deploy.sql'] ?? []).map(bare)
const apart = wanted.findIndex((statement, n) => statement !== sourced[n])
if (sourced.length !== wanted.length || apart >= 0) {
  isSame = false
  process.stdout.write(
    `deploy.sql: statement ${apart + 1} of ${wanted.length} (snow: ${sourced.length})\n  ours: ${wanted[apart]}\n  snow: ${sourced[apart]}\n`
  )
}
process.stdout.write(
  `${scripts.length} scripts and deploy.sql, ${statements} statements: ${isSame ? 'split alike' : 'NOT alike'}\n`
)
process.exitCode = isSame ? 0 : 1
