import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { pythonWith } from '../support/python-tool.ts'
import { liftBodies } from './lift-bodies.ts'

// `npm run lint:sql`: sqlfluff's Snowflake dialect over every script and every `$$` body, from a venv of its own.

const python = await pythonWith('sqlfluff', AbortSignal.timeout(300_000))
const lifted = '.build/sql-bodies'

rmSync(lifted, { recursive: true, force: true })
mkdirSync(lifted, { recursive: true })
const scripts = globSync('sql/**/*.sql')
for (const script of scripts)
  for (const [n, body] of liftBodies(readFileSync(script, 'utf8')).entries())
    writeFileSync(`${lifted}/${script.replaceAll('/', '.').replace(/sql$/, '')}${n}.sql`, body)
const bodies = globSync(`${lifted}/*.sql`)

const { status } = spawnSync(
  python,
  ['-m', 'sqlfluff', 'lint', '--config', '.sqlfluff', '--', ...scripts, ...bodies],
  { stdio: 'inherit' }
)
process.exitCode = status ?? 1
process.stdout.write(`${scripts.length} scripts and ${bodies.length} bodies\n`)
