import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { cutStatements } from '../../api/setup/cut-statements.ts'

const setup = (...args: string[]) =>
  promisify(execFile)(
    process.execPath,
    ['--import', './api/local/require-node.mjs', 'api/setup/setup.ts', ...args],
    {
      cwd: new URL('../../', import.meta.url),
      // No credentials, no connection, and a proxy that nobody answers on: a call out would fail.
      env: { PATH: process.env.PATH, HOME: '/nowhere', HTTPS_PROXY: 'http://127.0.0.1:9' }
    }
  )

describe('npm run setup -- --dry-run', () => {
  it('prints the complete plan offline: every statement, in order', async () => {
    const { stdout, stderr } = await setup('--dry-run')
    const statements = cutStatements(stdout, {})

    expect(stderr).toBe('')
    const at = (beginning: string) => {
      const found = statements.findIndex((statement) => statement.startsWith(beginning))
      expect(found, beginning).toBeGreaterThanOrEqual(0)
      return found
    }
    const order = [
      'create role if not exists push_to_dynamo_owner',
      'create api integration if not exists push_to_dynamo_api',
      'create storage integration if not exists push_to_dynamo_storage',
      'describe integration push_to_dynamo_api',
      'alter integration push_to_dynamo_api set\n    api_allowed_prefixes',
      'create or replace external function push_to_dynamo.app.push_to_dynamo(table_name varchar, item object)',
      'create pipe if not exists push_to_dynamo.app.load_events_pipe',
      "select push_to_dynamo.app.push_to_dynamo('customer_spend'",
      'select push_to_dynamo.app.get_from_dynamo',
      'select push_to_dynamo.app.delete_from_dynamo'
    ].map(at)
    expect(order).toEqual([...order].sort((one, other) => one - other))
    // The word itself stands in our SQL, as text.
    expect(stdout).not.toMatch(/<%|(?<!['|])undefined|noqa/)
  })

  it('takes names, account, region and batch rows from the command line', async () => {
    const { stdout } = await setup(
      ...['--dry-run', '--account', '999988887777', '--region', 'us-gov-west-1', '--database', 'serving'],
      ...['--push-batch-rows', '200', '--test-table', 'orders=pk:S,sk:N']
    )

    expect(stdout).toContain('api_provider = aws_gov_api_gateway')
    expect(stdout).toContain("'arn:aws-us-gov:iam::999988887777:role/push_to_dynamo_invoke'")
    expect(stdout).toContain("storage_provider = 'S3GOV'")
    expect(stdout).toContain("'s3gov://push-to-dynamo-999988887777-us-gov-west-1/unload/'")
    expect(stdout).toContain('serving.app.push_to_dynamo(table_name varchar, item object)')
    expect(stdout).toContain('max_batch_rows = 200')
    expect(stdout).toContain("object_construct('pk', 'push_to_dynamo_self_test', 'sk', -1)")
  })

  it('prints the line of the snow CLI instead, offline as well', async () => {
    const { stdout } = await setup('--snow', '--database', 'serving')

    expect(stdout).toMatch(/^snow sql -f deploy\.sql \\\n/)
    expect(stdout).toContain("-D 'database=serving'")
  })

  it.each([
    [['--dry-run', '--account', '12'], '12 digits'],
    [['--dry-run', '--database', 'a b'], 'plain name'],
    [['--dry-run', '--push-batch-rows', '0'], 'batch rows'],
    [['--dry-run', '--test-table', 'orders'], 'orders=id:S'],
    [['--dry-run', '--unknown'], '--unknown']
  ])('refuses %j in one line', async (args, text) => {
    const failed = await setup(...args).catch((error) => error)

    expect(failed.code).toBe(1)
    expect(failed.stderr).toMatch(/^setup: .*\n$/)
    expect(failed.stderr).toContain(text)
  })
})
