import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { pythonWith } from '../support/python-tool.ts'
import { liftBodies } from './lift-bodies.ts'

// `npm run lint:sql`: two readers of Snowflake's dialect over every script and every `$$` body. sqlfluff lints, sqlglot, whose
// grammar is another, must parse them; what it cannot is named in sqlglot-parse.py.

/**
 * Snowflake takes what EXECUTE IMMEDIATE finds as a value, and ALTER STREAMLIT, sqlfluff does not. The mark is put here: a body goes
 * into the account as it stands.
 */
const marked = (body: string): string =>
  body.replace(/^(.*:= \(execute immediate :\w+\);|\s*alter streamlit .*;)$/gm, '$& -- noqa: PRS')

const lifted = '.build/sql-bodies'
rmSync(lifted, { recursive: true, force: true })
mkdirSync(lifted, { recursive: true })
const scripts = globSync('sql/**/*.sql', {
  exclude: ['sql/dbt/**', 'sql/deploy.sql', 'sql/page.sql', 'sql/smoke.sql']
})
for (const script of scripts)
  for (const [n, body] of liftBodies(readFileSync(script, 'utf8')).entries())
    writeFileSync(`${lifted}/${script.replaceAll('/', '.').replace(/sql$/, '')}${n}.sql`, marked(body))
const bodies = globSync(`${lifted}/*.sql`)

const python = await pythonWith('sqlfluff', AbortSignal.timeout(300_000))
const isClean = (...args: readonly string[]): boolean =>
  spawnSync(python, [...args, ...scripts, ...bodies], { stdio: 'inherit' }).status === 0

const isLinted = isClean('-m', 'sqlfluff', 'lint', '--encoding', 'utf-8', '--config', '.sqlfluff', '--')
const isParsed = isClean('test/sql/sqlglot-parse.py')
process.exitCode = isLinted && isParsed ? 0 : 1
process.stdout.write(`${scripts.length} scripts and ${bodies.length} bodies\n`)
