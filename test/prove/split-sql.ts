import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { cutStatements } from '../../api/setup/cut-statements.ts'
import {
  pageScripts,
  scriptsAfterDeploy,
  scriptsBeforeDeploy,
  trustScript
} from '../../api/setup/setup-scripts.ts'
import { exampleAccount, exampleUrl, usualChoiceOf, variablesOf } from '../../api/setup/setup-settings.ts'
import { readSettings } from '../../infra/settings.ts'
import { pythonWith } from '../support/python-tool.ts'

// `npm run prove:sql`: the statement reader inside Snowflake's own CLI renders and splits every script as the set-up does, so that
// `snow sql -f` runs the same statements. The CLI as a whole pins a pip that is not everywhere: these are the packages that its reader needs.

const python = await pythonWith('snowflake-cli', AbortSignal.timeout(600_000))

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
const scripts = globSync('sql/**/*.sql', {
  exclude: ['sql/dbt/**', 'sql/deploy.sql', 'sql/page.sql', 'sql/smoke.sql']
}).toSorted()
const answer = execFileSync(python, ['test/sql/split-with-snow.py', ...scripts], {
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
// These from their folder: the CLI follows each !source, and must come to the statements of the parts in their order.
const sourcing: ReadonlyArray<readonly [name: string, paths: readonly string[]]> = [
  ['deploy.sql', [...scriptsBeforeDeploy, trustScript, ...scriptsAfterDeploy]],
  ['page.sql', pageScripts],
  [
    'smoke.sql',
    [...readFileSync('sql/smoke.sql', 'utf8').matchAll(/^!source (.*);$/gm)].map(([, path = '']) => path)
  ]
]
for (const [name, paths] of sourcing) {
  const read = execFileSync(python, [resolve('test/sql/split-with-snow.py'), name], {
    cwd: 'sql',
    input: JSON.stringify(variables),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2
  })
  const sourced = ((JSON.parse(read) as Readonly<Record<string, readonly string[]>>)[name] ?? []).map(bare)
  const wanted = paths.flatMap((path) =>
    cutStatements(readFileSync(`sql/${path}`, 'utf8'), variables).map(bare)
  )
  const apart = wanted.findIndex((statement, n) => statement !== sourced[n])
  if (sourced.length === wanted.length && apart < 0) continue
  isSame = false
  process.stdout.write(
    `${name}: statement ${apart + 1} of ${wanted.length} (snow: ${sourced.length})\n  ours: ${wanted[apart]}\n  snow: ${sourced[apart]}\n`
  )
}
process.stdout.write(
  `${scripts.length} scripts, deploy.sql, page.sql and smoke.sql, ${statements} statements: ${isSame ? 'split alike' : 'NOT alike'}\n`
)
process.exitCode = isSame ? 0 : 1
