import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbeddedDynamodb } from '../../api/local/embedded-dynamodb.ts'
import { connectWorksheet } from '../../api/local/open-worksheet.ts'
import { readTableSpecs } from '../../api/local/table-spec.ts'
import { type Ended, runCommand, startCommand } from '../support/run-command.ts'
import { outsideClient, scanTable } from '../support/test-app.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'push-start-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const start = (...args: readonly string[]): Promise<Ended> => runCommand('start', args, folder)

// Processes of their own.
describe('npm start with a script', { timeout: 60_000 }, () => {
  it('prints one JSON array a statement and nothing else', async () => {
    const script = `
      -- a comment; with a semicolon
      create table src (id varchar, n number(38,0), d date, ts timestamp_ntz, v variant);
      insert into src select 'a;b', 12345678901234567890123456789012345678, '2024-01-31', '2024-01-31 10:00:00', parse_json('{"x":[1.10,null]}');
      select push_to_dynamo('orders', object_construct(*), object_construct('names', 'lower')) as result from src;
      select *, get_from_dynamo('orders', object_construct('id', id)):n::number(38,0) = n as same from src /* no semicolon */`
    const { code, stdout, stderr } = await start('--table', 'orders=id:S', '--format', 'json', '-e', script)
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(stdout.trimEnd().split('\n')).toEqual([
      '[{"status":"Table SRC successfully created."}]',
      '[{"number of rows inserted":1}]',
      '[{"RESULT":{"status":"written"}}]',
      '[{"ID":"a;b","N":12345678901234567890123456789012345678,"D":"2024-01-31","TS":"2024-01-31 10:00:00.000","V":{"x":[1.1,null]},"SAME":true}]'
    ])
  })

  it('runs -e and -f in the order in which they are given, and stops at the first error', async () => {
    const file = join(folder, 'two.sql')
    await writeFile(file, 'select 2 as n; select 1 / 0; select 3 as n')
    const { code, stdout, stderr } = await start(
      ...['--format', 'json', '-e', 'select 1 as n', '-f', file, '-e', 'select 4 as n']
    )
    expect(stdout).toBe('[{"N":1}]\n[{"N":2}]\n')
    expect(stderr).toBe(
      `Division by zero\n  at ${file}, line 1, column 16:\n  select 2 as n; select 1 / 0; select 3 as n\n                 ^\n`
    )
    expect(code).toBe(1)
  })

  it('runs a file that is its input, `-f -` whatever the input is, and a comment', async () => {
    const file = join(folder, 'input.sql')
    await writeFile(file, 'select 5 as n')
    const input = await open(file)
    const ended = await startCommand('start', ['--format', 'csv'], folder, {}, input.fd).ended
    await input.close()
    expect(ended).toMatchObject({ code: 0, stdout: 'N\n5\n', stderr: '' })

    const comment = ['-e', '-- comment']
    const piped = startCommand('start', ['--format', 'csv', ...comment, '-f', '-'], folder, {}, 'pipe')
    piped.child.stdin?.end('select 6 as n;')
    expect(await piped.ended).toMatchObject({ code: 0, stdout: 'N\n6\n', stderr: '' })
  })

  it('fails with the words of Snowflake when a batch is refused', async () => {
    const { code, stderr } = await start(
      ...[
        '--table',
        'orders=id:S',
        '-e',
        "select push_to_dynamo('orders', object_construct('id', repeat('x', 11000000)))"
      ]
    )
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^Request failed for external function PUSH_TO_DYNAMO with remote service error: 413 /
    )
  })

  it('writes to the DynamoDB it is told of', async () => {
    const dynamodb = await startEmbeddedDynamodb(0)
    const client = outsideClient(dynamodb.endpoint)
    const script = "select push_to_dynamo('orders', object_construct('id', 'kept'))"
    const args = ['-e', script, '--table'] as const
    const env = { DYNAMODB_ENDPOINT: dynamodb.endpoint }
    expect((await runCommand('start', [...args, 'orders=id:S'], folder, env)).code).toBe(0)
    expect(await scanTable(client, 'orders')).toMatchObject([{ id: { S: 'kept' } }])
    await expect(connectWorksheet(env, readTableSpecs(['orders=id:N']))).rejects.toThrow(
      '--table orders=id:N: the table exists, with the keys id:S'
    )
    client.destroy()
    await dynamodb.close()
  })

  it.each([
    [['-f', '/no/such.sql'], 'start: there is no file /no/such.sql'],
    [['-f', `${import.meta.filename}/x.sql`], 'start: there is no file'],
    [['-f', '/tmp'], 'start: a script is a file, not a folder: /tmp'],
    [['--format', 'xml', '-e', 'select 1'], '--format takes table, json or csv'],
    [['--table', 'orders', '-e', 'select 1'], '--table orders: write it as name=key:T'],
    [['--table', 'orders=id:S', '--table', 'orders=id:S', '-e', 'select 1'], '--table orders is given twice'],
    [['-e', "select 'a"], 'Unterminated string'],
    [['-x', 'select 1'], "Unknown option '-x'"],
    [['-e', 'select 1 as n,\n  foo from (select 1 as bar)'], 'at -e, line 2, column 3:\n    foo from']
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await start(...args)
    expect(stderr).toContain(message)
    expect(stdout).toBe('')
    expect(code).toBe(1)
  })
})
