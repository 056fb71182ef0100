import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LoadPlan } from '../../api/load/plan-load.ts'
import { printPlan } from '../../api/local/print-plan.ts'
import { ndjson, orders } from '../support/bulk-world.ts'
import { lastJson, runCommand, startCommand } from '../support/run-command.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'push-load-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))
const bucket = (path: string): string => join(folder, '.local/bucket', path)
const table = ['--table', 'orders=id:S']

// Processes of their own.
describe('npm run load', { timeout: 60_000 }, () => {
  it('loads files and folders as a new run each time, and a redrive finishes it after mending', async () => {
    await mkdir(join(folder, 'in'))
    await writeFile(join(folder, 'in/a.ndjson.gz'), gzipSync(orders(0, 500)))
    await writeFile(join(folder, 'b.csv'), 'id,n\nx1,1\n,2\n')
    const loaded = await runCommand('load', [...table, '--json', 'in', 'b.csv'], folder)
    expect(loaded.code).toBe(0)
    const status = lastJson(loaded)
    expect(status).toMatchObject({
      table: 'orders',
      state: 'complete',
      chunks: { total: 2, settled: 2, failed: 0 },
      rows: { expected: null, read: 502, written: 501, rejected: 1 }
    })
    const run = String(status.run)
    expect(loaded.stderr).toContain(`run ${run}\n`)
    expect(await readdir(bucket(`done/${run}`))).toEqual(['a.ndjson.gz', 'b.csv'])
    expect(await readFile(join(folder, 'in/a.ndjson.gz'))).toHaveLength(
      (await stat(bucket(`done/${run}/a.ndjson.gz`))).size
    )

    const rejected = bucket(`rejected/${run}/b.csv.ndjson.gz`)
    const line = JSON.parse(gunzipSync(await readFile(rejected)).toString())
    await writeFile(rejected, gzipSync(JSON.stringify({ ...line, row: { ...line.row, id: 'x2' } })))
    const redriven = await runCommand('redrive', [run, '--json'], folder)
    expect(redriven.code).toBe(0)
    expect(lastJson(redriven)).toMatchObject({
      run,
      state: 'complete',
      rows: { read: 502, written: 502, rejected: 0 }
    })

    const again = await runCommand('load', [...table, 'b.csv'], folder)
    expect(again.code).toBe(0)
    expect(again.stdout).toMatch(/is complete: 1 of 1 chunks/)
    expect(again.stdout).not.toContain(run)
  })

  it('says with --plan what a load would cost, and loads nothing', async () => {
    await writeFile(join(folder, 'c.ndjson'), orders(0, 300))
    const planned = await runCommand('load', [...table, '--plan', '--json', 'c.ndjson'], folder)
    expect(planned.code).toBe(0)
    expect(lastJson(planned)).toMatchObject({
      ...{ table: 'orders', rows: 300, sampled: false, write_units: 300, dollars: '0.0001875', errors: [] }
    })
    const said: string[] = []
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0)
    printPlan(lastJson(planned) as unknown as LoadPlan, false)
    vi.restoreAllMocks()
    expect(said.join('')).toMatch(/^rows +300$/m)
    expect(await readdir(bucket('')).catch(() => [])).not.toContain('done')
  })

  it('no longer tells of rows that a redrive has written, only of those that are still set aside', async () => {
    await writeFile(join(folder, 'b.csv'), 'id,n\n,1\nx,2\n,3\n')
    const { run } = lastJson(await runCommand('load', [...table, '--json', 'b.csv'], folder))
    const rejected = bucket(`rejected/${run}/b.csv.ndjson.gz`)
    const [first = '', second = ''] = gunzipSync(await readFile(rejected))
      .toString()
      .split('\n')
    await writeFile(rejected, gzipSync(`${first.replace('"id":null', '"id":"mended"')}\n${second}\n`))

    const redriven = await runCommand('redrive', [String(run)], folder)
    const said = redriven.stdout.split('\n')
    expect(said[0]).toMatch(/^run \S+ is complete: 1 of 1 chunks in [\d.]+ s$/)
    expect(said.slice(1, 3)).toEqual([
      'rows: 3 read, 2 written, 1 rejected',
      '  missing_key: 1 row, first row 2 of b.csv: key id is NULL'
    ])
    expect(said[3]).toMatch(/^rejected rows lie in /)
  })

  it('exits with 1 when a chunk cannot be read, and the last line of stdout says so', async () => {
    await writeFile(join(folder, 'a.csv.gz'), 'no gzip')
    const loaded = await runCommand('load', [...table, '--json', 'a.csv.gz'], folder)
    expect(loaded.code).toBe(1)
    expect(lastJson(loaded)).toMatchObject({ state: 'failed', chunks: { failed: 1 } })
  })

  it.each([
    ['no table', ['a.ndjson'], /^load: name the table: --table name=key:T\n$/],
    ['a table of no form', ['--table', 'orders', 'a.ndjson'], /^load: --table orders: write it as/],
    ['no file', [...table], /^load: name the files or folders to load/],
    [
      'a file that is not there',
      [...table, 'nofile.csv'],
      /^load: there is no file or folder nofile\.csv\n$/
    ],
    [
      'options that are no JSON',
      [...table, '--options', '{mode', 'a.ndjson'],
      /^load: --options takes a JSON object/
    ],
    ['an unknown option', [...table, '--options', '{"mod":1}', 'a.ndjson'], /^load: --options: .*mode/],
    ['an unknown flag', [...table, '--bogus', 'a.ndjson'], /^load: Unknown option/],
    ['a name without a format', [...table, 'what'], /what.*says no format/],
    [
      'nothing but a manifest',
      [...table, 'unloaded'],
      /no file of data in these \(skipped, .*: manifest\.json\)/
    ]
  ] as const)('says in one line what is wrong with %s, and exits with 1', async (_, args, text) => {
    await writeFile(join(folder, 'a.ndjson'), ndjson({ id: 'a' }))
    await writeFile(join(folder, 'what'), ndjson({ id: 'a' }))
    await mkdir(join(folder, 'unloaded'))
    await writeFile(join(folder, 'unloaded/manifest.json'), '{}')
    const ended = await runCommand('load', args, folder)
    expect(ended.code).toBe(1)
    expect(`${ended.stderr}${ended.stdout}`).toMatch(text)
  })

  it('says in one line that another process has the folder; --fresh clears what is kept', async () => {
    await writeFile(join(folder, 'a.ndjson'), orders(0, 400))
    // So slow that it is surely at work when the other comes.
    const first = startCommand('load', [...table, '--options', '{"max_wcu":50}', 'a.ndjson'], folder)
    await new Promise((resolve) => first.child.stderr?.once('data', resolve))
    const second = await runCommand('load', [...table, 'a.ndjson'], folder)
    expect(second).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^load: .* is in use by process \d+/)
    })
    first.child.kill('SIGTERM')
    const interrupted = await first.ended
    expect(interrupted).toMatchObject({ code: 1, stderr: expect.stringContaining('go on with') })
    const [, run = ''] = /go on with: npm run redrive -- (\S+)/.exec(interrupted.stderr) ?? []
    const finished = await runCommand('redrive', [run, '--options', '{}', '--json'], folder)
    expect(lastJson(finished)).toMatchObject({
      run,
      state: 'complete',
      rows: { read: 400, written: 400 }
    })

    await writeFile(join(folder, 'a.ndjson'), orders(0, 1))
    expect((await runCommand('load', [...table, '--fresh', 'a.ndjson'], folder)).code).toBe(0)
    expect(await readdir(bucket('done'))).toHaveLength(1)
  })

  it('tells a redrive of a run that nobody knows', async () => {
    const ended = await runCommand('redrive', ['nobody'], folder)
    expect(ended).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^redrive: nobody knows the run nobody/)
    })
  })
})
