import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { externalFunctions } from '../../api/runtime/external-functions.ts'
import { cutStatements } from '../../api/setup/cut-statements.ts'
import {
  numberedScripts,
  pageScripts,
  scriptsAfterDeploy,
  scriptsBeforeDeploy,
  scriptsOf
} from '../../api/setup/setup-scripts.ts'
import { exampleAccount, exampleUrl, usualChoiceOf, variablesOf } from '../../api/setup/setup-settings.ts'
import { snowCommand } from '../../api/setup/snow-command.ts'
import { checkOf } from '../../api/setup/statement-check.ts'
import { readSettings } from '../../infra/settings.ts'

const folder = new URL('../../sql/', import.meta.url)
const settings = readSettings({
  tables: { create: { orders: 'id:S' } },
  snowflake: {
    tasks: 'serverless',
    creditQuota: 20,
    alerts: { mail: 'a@b.example' },
    taskErrors: 'to_us',
    page: true
  }
})
const variables = {
  ...variablesOf({ ...usualChoiceOf('push_to_dynamo'), ...exampleAccount }, settings),
  api_url: exampleUrl(exampleAccount.region)
}
const perRun = { run: 'run-1', source: 'my_table', table: 'orders', sync: 'spend', role: 'analyst' }
const numberOf = (path: string) => /\/(\d+)_/.exec(path)?.[1] ?? ''
const textOf = (path: string) => readFileSync(new URL(path, folder), 'utf8')
const statementsOf = (path: string) => cutStatements(textOf(path), { ...variables, ...perRun })
const optional = readdirSync(new URL('optional/', folder)).map((name) => `optional/${name}`)
const scripts = [...numberedScripts, ...optional]
const objects = (path: string) => statementsOf(path).filter((statement) => /^create\s/.test(statement))

describe.each(scripts)('%s', (path) => {
  it('says what it is for, who runs it and what it leaves behind', () => {
    const header = textOf(path).match(/^(--.*\n)+/)?.[0] ?? ''
    expect(header).toMatch(/^-- \S.*\n(-- .*\n)*-- Run by: .+ {3}Leaves: .+\.\n$/)
  })

  it('makes one object, and takes its rights from a role that it names', () => {
    // The tables of syncs belong together.
    if (!/\/7[1-3]_sync_/.test(path)) expect(objects(path).length).toBeLessThanOrEqual(1)
    // The second COPY reads the result of the first: nothing may stand between them.
    if (!path.endsWith('62_unload_manifest.sql')) expect(statementsOf(path)[0]).toMatch(/^use role /)
  })

  it('never replaces what would lose data, or the external id of an integration', () => {
    for (const statement of statementsOf(path))
      expect(statement).not.toMatch(/create or replace (\w+ integration|table|stage|schema|database|role)/)
  })
})

describe('the numbers', () => {
  it('are unique, and belong to their folders', () => {
    const numbers = numberedScripts.map((path) => /\/(\d+)_/.exec(path)?.[1])
    expect(new Set(numbers).size).toBe(numbers.length)
    for (const path of numberedScripts) expect(path).toMatch(/^(\d)\d_\w+\/\1\d{1,3}_/)
  })

  it('bring 10 to 59 and 70 to 89 to the set-up, in order; an unload and the teardown are run by hand', () => {
    const all = [...scriptsBeforeDeploy, ...scriptsAfterDeploy]
    expect(all.map(numberOf)).toEqual(all.map(numberOf).sort())
    expect(all.filter((path) => /^(60|9)/.test(path))).toEqual([])
    expect(all.length).toBe(numberedScripts.filter((path) => !/^(60|9)|show_trust/.test(path)).length)
    expect(scriptsBeforeDeploy.at(-1)).toContain('22_storage_integration')
  })
})

describe('the set-up', () => {
  it('can tell of every statement whether it has been done', () => {
    const { beforeDeploy, afterDeploy } = scriptsOf(settings)
    // A step of an upgrade, and the files of a page, say whole whether they were done.
    for (const path of [...beforeDeploy, ...afterDeploy].filter(
      (each) => !/_upgrades\/|_files\.sql/.test(each)
    ))
      for (const statement of statementsOf(path)) expect(() => checkOf(statement), path).not.toThrow()
  })

  it('does every step of an upgrade whole, and notes it under its own name', () => {
    for (const path of numberedScripts.filter((each) => /_upgrades\//.test(each))) {
      const step = path.replace(/^.*\/|\.sql$/g, '')
      expect(statementsOf(path).at(-1), path).toMatch(
        new RegExp(`^insert into \\S+\\.dynamo_upgrades \\(step, done_at\\)\\s+select\\s+'${step}'`)
      )
      // A step that notes itself before its work would never be done, should it be cut off.
      expect(statementsOf(path).filter((statement) => /\bdynamo_upgrades\s*\(/.test(statement))).toHaveLength(
        1
      )
      // Each may run twice: `create`, a plain `drop` or `add column` would fail then.
      for (const statement of statementsOf(path))
        expect(statement, path).not.toMatch(/^(create|drop (?!\w+ if exists)|alter (?!table if exists))/)
    }
  })
})

describe('sql/deploy.sql', () => {
  it('gets every variable from setup --snow, quoted for a shell', () => {
    const line = snowCommand({ ...variables, task_settings: `size = 'XSMALL'` })
    const given = execFileSync('bash', ['-c', `snow() { printf '%s\\n' "$@"; }; ${line}`], {
      encoding: 'utf8'
    })
    expect(given).toContain(`task_settings=size = 'XSMALL'\n`)
    for (const path of [...scriptsBeforeDeploy, ...scriptsAfterDeploy, ...pageScripts])
      for (const [, name = ''] of textOf(path).matchAll(/<%\s*(\w+)\s*%>/g))
        expect(given, path).toMatch(new RegExp(`^${name}=`, 'm'))
  })
})

describe('the external functions', () => {
  const made = scripts.filter((path) => path.startsWith('30_') || path.startsWith('40_')).flatMap(objects)

  it('are those that the API serves, each with its route, batch size and grant', () => {
    const seen = made.map((statement) => {
      const [, name, args = '', clauses = ''] =
        /create or replace external function push_to_dynamo\.app\.(\w+)\(([^)]*)\)(.*)$/s.exec(statement) ??
        []
      return {
        name,
        args: args === '' ? [] : args.split(', ').map((arg) => arg.toUpperCase().split(' ')),
        route: clauses.match(/as 'https:\/\/[^/]+\/v1([^']*)'$/)?.[1],
        maxBatchRows: Number(clauses.match(/max_batch_rows = (\d+)/)?.[1])
      }
    })
    expect(seen).toEqual(externalFunctions)
  })

  it('are volatile, are called on NULL, and tell who calls but never the statement', () => {
    for (const statement of made) {
      expect(statement).toContain('returns variant\n    called on null input\n    volatile')
      expect(statement).toContain('context_headers = (current_user, current_role, current_account)')
      expect(statement).not.toMatch(/current_statement/i)
      expect(statement).toContain('compression = gzip')
    }
  })
})

describe('tasks', () => {
  it('of syncs get what the settings say, as it stands in the text that makes them', () => {
    const [, made = ''] = statementsOf('80_sync_procedures/817_make_dynamo_task.sql')
    expect(made).toContain(
      `' user_task_managed_initial_warehouse_size = ''XSMALL'' error_integration = to_us'`
    )
  })

  it('use options that exist', () => {
    const known =
      /^(warehouse|schedule|comment|suspend_task_after_num_failures|task_auto_retry_attempts|user_task_timeout_ms|overlap_policy|allow_overlapping_execution|user_task_managed_initial_warehouse_size|error_integration|success_integration|user_task_minimum_trigger_interval_in_seconds|config)$/
    for (const statement of scripts.flatMap(objects).filter((text) => / task /.test(text.slice(0, 40)))) {
      const [head = ''] = statement.split(/\n\s+as\n/)
      for (const [, option = ''] of head.matchAll(/\s(\w+) = /g)) expect(option).toMatch(known)
    }
  })
})

describe('variables', () => {
  it('are known to the linter, and given by the set-up or by whoever unloads', () => {
    const linter = readFileSync(new URL('../.sqlfluff', folder), 'utf8')
    for (const path of scripts)
      for (const [, name = ''] of textOf(path).matchAll(/<%\s*(\w+)\s*%>/g)) {
        expect(linter, path).toMatch(new RegExp(`^${name} = `, 'm'))
        expect(Object.keys({ ...variables, ...perRun }), path).toContain(name)
      }
  })
})
