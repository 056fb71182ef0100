import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { liftBodies } from './lift-bodies.ts'

// `npm run lint:sql`: sqlfluff's Snowflake dialect over every script and every `$$` body, from a venv of its own.

const venv = '.venv/sqlfluff'
const pin = 'sqlfluff==4.5.0'
const lifted = '.build/sql-bodies'

// The marker is written last: a cut-off install is done again.
const marker = `${venv}/${pin}`
if (!existsSync(marker)) {
  rmSync(venv, { recursive: true, force: true })
  execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' })
  execFileSync(`${venv}/bin/pip`, ['install', '--quiet', '--disable-pip-version-check', pin], {
    stdio: 'inherit'
  })
  writeFileSync(marker, '')
}

rmSync(lifted, { recursive: true, force: true })
mkdirSync(lifted, { recursive: true })
const scripts = globSync('sql/**/*.sql')
for (const script of scripts)
  for (const [n, body] of liftBodies(readFileSync(script, 'utf8')).entries())
    writeFileSync(`${lifted}/${script.replaceAll('/', '.').replace(/sql$/, '')}${n}.sql`, body)
const bodies = globSync(`${lifted}/*.sql`)

const { status } = spawnSync(
  `${venv}/bin/sqlfluff`,
  ['lint', '--config', '.sqlfluff', '--', ...scripts, ...bodies],
  { stdio: 'inherit' }
)
process.exitCode = status ?? 1
process.stdout.write(`${scripts.length} scripts and ${bodies.length} bodies\n`)
