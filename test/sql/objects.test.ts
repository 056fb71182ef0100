import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { cutStatements } from '../../api/setup/cut-statements.ts'
import {
  pageScripts,
  scriptsAfterDeploy,
  scriptsBeforeDeploy,
  trustScript
} from '../../api/setup/setup-scripts.ts'
import { exampleAccount, exampleUrl, usualChoiceOf, variablesOf } from '../../api/setup/setup-settings.ts'
import { readSettings } from '../../infra/settings.ts'

// sql/OBJECTS.md, sql/deploy.sql and sql/page.sql are made of the scripts: `npm test -- test/sql/objects.test.ts -u` writes them anew.

const variables = {
  ...variablesOf(
    { ...usualChoiceOf('push_to_dynamo'), ...exampleAccount },
    readSettings({ tables: { create: { orders: 'id:S' } } })
  ),
  api_url: exampleUrl(exampleAccount.region)
}
const made =
  /^create (?:or replace )?(?:transient )?(external function|api integration|storage integration|file format|[a-z]+) (?:if not exists )?([\w.]+)(?:\s*\(([^)]*)\))?/

/** `a varchar, b object default null` → `varchar, object` */
const typesIn = (args: string): string =>
  args
    .split(',')
    .map((each) => each.trim().split(/\s+/)[1] ?? '')
    .filter((type) => type !== '')
    .join(', ')

const rowsOf = (path: string): string[] => {
  const text = readFileSync(new URL(`../../sql/${path}`, import.meta.url), 'utf8')
  const statements = cutStatements(text, variables)
  let role = ''
  const rows: string[] = []
  for (const statement of statements) {
    role = /^use role (\S+)$/.exec(statement)?.[1] ?? role
    const [, kind = '', name = '', args] = made.exec(statement) ?? []
    const isCalled = /function|procedure/.test(kind)
    if (name !== '')
      rows.push(`| ${kind} | \`${name}${isCalled ? `(${typesIn(args ?? '')})` : ''}\` | ${role} | ${path} |`)
    const [, right = '', on = '', to = ''] =
      /^grant (.+?) on (account|integration \S+|warehouse \S+|database \S+|schema \S+) to role (\S+)$/.exec(
        statement
      ) ?? []
    if (right !== '') rows.push(`| grant | ${right} on ${on} to ${to} | ${role} | ${path} |`)
    const [, held = '', holder = ''] = /^grant role (\S+) to role (\S+)$/.exec(statement) ?? []
    if (held !== '') rows.push(`| grant | role ${held} to ${holder} | ${role} | ${path} |`)
  }
  return rows
}

it('lists every object that the set-up makes, and every grant above the schema', async () => {
  const page = [
    '# What the set-up makes in Snowflake',
    '',
    'Made from the scripts by `test/sql/objects.test.ts`, with the usual names. Who keeps roles, database, warehouse, integrations and their grants elsewhere (Terraform, say) makes those rows there, under the same',
    'names and arguments as the scripts have, and runs the set-up all the same: it finds them and goes on. Grants on objects of the schema are in the scripts.',
    '',
    '| kind | object | made by | script of sql/ |',
    '|---|---|---|---|',
    ...[...scriptsBeforeDeploy, ...scriptsAfterDeploy].flatMap(rowsOf),
    '',
    'With `snowflake.page` also:',
    '',
    '| kind | object | made by | script of sql/ |',
    '|---|---|---|---|',
    ...pageScripts.flatMap(rowsOf),
    ''
  ].join('\n')
  await expect(page).toMatchFileSnapshot('../../sql/OBJECTS.md')
})

it('runs what the set-up runs, in its order, by the snow CLI', async () => {
  const script = [
    "-- Everything of Snowflake's side, in the order of the set-up, for the snow CLI: from this folder",
    '--   snow sql -f deploy.sql -D "database=push_to_dynamo" …',
    '-- `npm run setup -- --snow` prints the whole line with every variable. AWS is deployed by then, and trusts what 23 shows (infra/README.md,',
    '-- Connect Snowflake). Functions that others were granted lose those grants: `npm run setup` keeps them.',
    '',
    ...[...scriptsBeforeDeploy, trustScript, ...scriptsAfterDeploy].map((path) => `!source ${path};`),
    ''
  ].join('\n')
  await expect(script).toMatchFileSnapshot('../../sql/deploy.sql')
})

it('makes the pages by the snow CLI', async () => {
  const script = [
    '-- The pages to look and to operate, for the snow CLI, after deploy.sql and with the same line: snow sql -f page.sql -D …',
    '-- Run again it puts the files of this version in place; who may use the pages stays.',
    '',
    ...pageScripts.map((path) => `!source ${path};`),
    ''
  ].join('\n')
  await expect(script).toMatchFileSnapshot('../../sql/page.sql')
})
