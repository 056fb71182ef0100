import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbeddedDynamodb } from '../../api/local/embedded-dynamodb.ts'
import { orders } from '../support/bulk-world.ts'
import { lastJson, type RunningCommand, runCommand, startCommand } from '../support/run-command.ts'
import { outsideClient, scanTable } from '../support/test-app.ts'

type Status = { run: string; state: string; errors: string[]; rows: Record<string, number> } & Record<
  string,
  unknown
>

let folder = ''
let command: RunningCommand
let url = ''
let dynamodb = ''

const startServe = async (env: Record<string, string> = {}) => {
  const started = startCommand(
    'serve',
    ['--port', '0', '--table', 'orders=id:S', '--table', 'numbers=id:N'],
    folder,
    env
  )
  const ready = await new Promise<string>((resolve, reject) => {
    started.child.stdout?.once('data', (text) => resolve(String(text)))
    void started.ended.then(({ stderr }) => reject(new Error(stderr)))
  })
  const [at = '', table = ''] = ready.match(/http:\/\/127\.0\.0\.1:\d+/g) ?? []
  return { started, at, table }
}
const stop = async ({ child, ended }: RunningCommand) => {
  child.kill('SIGTERM')
  await ended
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'push-serve-'))
  const served = await startServe()
  ;[command, url, dynamodb] = [served.started, served.at, served.table]
})
afterAll(async () => {
  await stop(command)
  await rm(folder, { recursive: true, force: true })
})

const call = async (route: string, ...args: readonly unknown[]): Promise<Status | null> => {
  const reply = await fetch(`${url}${route}`, {
    method: 'POST',
    body: JSON.stringify({ data: [[0, ...args]] })
  })
  const text = await reply.text()
  expect(reply.status, text).toBe(200)
  return (JSON.parse(text) as { data: [[number, Status | null]] }).data[0][1]
}
const ended = async (run: string): Promise<Status> => {
  for (;;) {
    const status = await call('/loads/status', run)
    if (status && status.state !== 'running') return status
  }
}
const unload = async (run: string, name: string, content: string | Uint8Array): Promise<void> => {
  const path = join(folder, `.local/bucket-${new URL(dynamodb).port}`, 'unload', run, name)
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, content)
}

describe('bulk loads of npm run serve', () => {
  it('start by a call, tell their status, and go through again after mending', async () => {
    await unload('r1', 'a.ndjson.gz', gzipSync(`${orders(0, 700)}{"n":1}\n`))
    const manifest = { version: 1, run: 'r1', files: [{ name: 'a.ndjson.gz', rows: 701 }] }
    expect(await call('/loads', 'orders', manifest)).toMatchObject({ run: 'r1', table: 'orders' })
    expect(await call('/loads', 'orders', JSON.stringify(manifest), null)).toMatchObject({ run: 'r1' })
    expect(await ended('r1')).toMatchObject({
      state: 'complete',
      rows: { expected: 701, read: 701, written: 700, rejected: 1 }
    })
    await call('/loads/redrive', 'r1', { keys: { id: 'row-{n}' } })
    let status = await ended('r1')
    while (status.rows.rejected !== 0) status = await ended('r1')
    expect(status).toMatchObject({ state: 'complete', rows: { read: 701, written: 701, rejected: 0 } })
    const client = outsideClient(dynamodb)
    expect(await scanTable(client, 'orders')).toHaveLength(701)
    client.destroy()
  })

  it('with no files are complete, and a run that nobody knows is NULL', async () => {
    const manifest = { version: 1, run: 'none', files: [] }
    await call('/loads', 'orders', manifest)
    expect(await ended('none')).toMatchObject({
      state: 'complete',
      chunks: { total: 0 },
      rows: { expected: 0, read: 0 }
    })
    expect(await call('/loads/status', 'nobody')).toBeNull()
    expect(await call('/loads/redrive', 'nobody')).toBeNull()
    expect(await call('/loads/status', null)).toBeNull()
  })

  it.each([
    ['another version', { version: 2, files: [] }, /version is to be the number 1/],
    ['no version', { files: [] }, /version/],
    ['files that are none', { version: 1, files: 'a.csv' }, /files/],
    ['no files', { version: 1 }, /files/],
    [
      'a member that nobody knows',
      { version: 1, files: [], table_name: 'orders' },
      /unknown member table_name/
    ],
    [
      'a file twice',
      { version: 1, files: [{ name: 'a.csv' }, { name: 'a.csv' }] },
      /names file a\.csv twice/
    ],
    ['a file outside', { version: 1, files: [{ name: '../r2/a.csv' }] }, /leaves the run's folder/],
    [
      'a file outside, hidden',
      { version: 1, files: [{ name: 'a/./../../x.csv' }] },
      /leaves the run's folder/
    ],
    ['an absolute name', { version: 1, files: [{ name: '/etc/passwd' }] }, /leaves the run's folder/],
    ['a negative row count', { version: 1, files: [{ name: 'a.csv', rows: -1 }] }, /files/],
    ['a row count beyond all measure', { version: 1, files: [{ name: 'a.csv', rows: 1e300 }] }, /files/],
    ['a run name of no form', { version: 1, run: '../x', files: [] }, /run is to be 1 to 64/],
    ['another table', { version: 1, table: 'numbers', files: [] }, /another table than the call/],
    ['a list', [], /not an object/],
    ['text that is no JSON', '{"version":1', /not an object/],
    ['NULL', null, /not an object/]
  ] as const)('refuse a manifest with %s, and nothing is loaded', async (_, manifest, error) => {
    expect(await call('/loads', 'orders', manifest)).toMatchObject({
      state: 'failed',
      errors: [expect.stringMatching(error)]
    })
  })

  it('refuse a table that is not on the list, options that are wrong or contradict, and another manifest', async () => {
    const manifest = { version: 1, run: 'twice', options: { names: 'lower' }, files: [] }
    expect(await call('/loads', 'secrets', manifest)).toMatchObject({
      state: 'failed',
      errors: [/table_not_allowed/]
    })
    expect(await call('/loads', 'orders', manifest, { names: 'camel' })).toMatchObject({
      state: 'failed',
      errors: [/other options/]
    })
    await call('/loads', 'orders', { ...manifest, run: 'wrong', options: { naems: 'lower' } })
    expect(await ended('wrong')).toMatchObject({ state: 'failed', errors: [/invalid_options.*names/] })
    await call('/loads', 'orders', manifest)
    await ended('twice')
    expect(await call('/loads', 'orders', { ...manifest, options: null })).toMatchObject({
      state: 'failed',
      errors: [/the run exists with another manifest/]
    })
    expect(await call('/loads/status', 'twice')).toMatchObject({ state: 'complete' })
  })

  it('fail as a whole for a missing file, and a redrive finishes the run once it is there', async () => {
    await unload('gap', 'a.csv', 'id,n\na1,1\n')
    const files = [{ name: 'a.csv' }, { name: 'toString.csv' }]
    await call('/loads', 'orders', { version: 1, run: 'gap', files })
    expect(await ended('gap')).toMatchObject({
      state: 'failed',
      rows: { read: 0 },
      errors: ['file toString.csv is not in the bucket: unload it, then redrive the run']
    })
    await unload('gap', 'toString.csv', 'id,n\na2,1\n')
    await call('/loads/redrive', 'gap')
    expect(await ended('gap')).toMatchObject({ state: 'complete', rows: { read: 2, written: 2 } })
  })

  it('share bucket and ledger with npm run load where they share a DynamoDB; who comes first makes its tables', async () => {
    const shared = await startEmbeddedDynamodb()
    const env = { DYNAMODB_ENDPOINT: shared.endpoint }
    await writeFile(join(folder, 'b.csv'), 'id,n\nb1,1\n,2\n')
    const loaded = await runCommand('load', ['--table', 'orders=id:S', '--json', 'b.csv'], folder, env)
    const { run } = lastJson(loaded) as Status
    const client = outsideClient(shared.endpoint)
    expect(await scanTable(client, 'orders')).toEqual([{ id: { S: 'b1' }, n: { S: '1' } }])
    client.destroy()
    const second = await startServe(env)
    try {
      const own = url
      url = second.at
      await call('/loads/redrive', run, { keys: { id: 'b-{n}' } })
      let status = await ended(run)
      while (status.rows.rejected !== 0) status = await ended(run)
      expect(status).toMatchObject({ state: 'complete', rows: { read: 2, written: 2 } })
      url = own
    } finally {
      await stop(second.started)
      await shared.close()
    }
  })

  it('leave no bucket behind whose DynamoDB is gone', async () => {
    const third = await startServe()
    const before = await readdir(join(folder, '.local'))
    await stop(third.started)
    const after = await readdir(join(folder, '.local'))
    expect(after).not.toContain(`bucket-${new URL(third.table).port}`)
    expect(before).toContain(`bucket-${new URL(dynamodb).port}`)
  })
})
