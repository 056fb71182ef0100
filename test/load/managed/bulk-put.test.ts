import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requestCancel } from '../../../api/load/cancel.ts'
import type { JobFaults, SentItem } from '../../support/bulk-operations.ts'
import { type BulkWorld, bulkWorld, ndjson, orders } from '../../support/bulk-world.ts'
import { type Jobs, openJobs } from '../../support/open-jobs.ts'

let jobs: Jobs
let dynamodb: Jobs['dynamodb']
let managed: Jobs['managed']
let current: BulkWorld

beforeAll(async () => {
  jobs = await openJobs(() => current)
  dynamodb = jobs.dynamodb
  managed = jobs.managed
})
afterAll(() => jobs.close())

const bulkPut = { engine: 'bulk_put' }
const worldOf = (faults: JobFaults = {}, options = {}): BulkWorld => {
  dynamodb.operations.forget()
  dynamodb.operations.plays(faults)
  current = bulkWorld({ managed, ...options })
  return current
}
/** Two chunks with bad rows, a key that comes twice within a slice, and options that change rows. */
const files = {
  'a.ndjson': `${orders(0, 1200)}${ndjson({ n: 1 }, { id: 7 }, { id: 'twice', n: 1 }, { id: 'twice', n: 2 })}no row\n`,
  'b.csv': `id,n\n${Array.from({ length: 1300 }, (_, n) => `c${n},${n}`).join('\n')}\n`
}
const options = { ttl: { attribute: 'expires_at', days: 3 }, types: { n: 'N' } }
const load = async (world: BulkWorld, more: object = bulkPut, loaded: object = files) => {
  world.unload('r1', loaded as Record<string, string>, { options: { ...options, ...more } })
  await world.arrive('unload/r1/manifest.json')
  await world.drain()
  return world.status('r1')
}
const begunBy = async (work: () => Promise<unknown>): Promise<number> => {
  const before = dynamodb.operations.begun()
  await work()
  return dynamodb.operations.begun() - before
}
const rejectedLines = (world: BulkWorld, chunk: string) =>
  gunzipSync(world.store.objects.get(`rejected/r1/${chunk}.ndjson.gz`) ?? '')
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { number: number; code: string; row: unknown })
const idOf = (item: SentItem): string => String(item.id?.S)

describe('a run of engine bulk_put', () => {
  it('ends in the same table, counts and rejected rows as one of our own workers', async () => {
    const ours = worldOf()
    const { estimate: _, ...byWorkers } = await load(ours, {})
    const theirs = worldOf()
    const byJob = await load(theirs)

    expect(byJob).toEqual({ ...byWorkers, write_units: 0, seconds: expect.any(Number) })
    expect(byJob.rows).toMatchObject({ read: 2505, written: 2501, superseded: 1, rejected: 3 })
    const plain = (world: BulkWorld) =>
      [...world.port.items]
        .toSorted()
        .map(([key, item]) => [key, [...item].filter(([name]) => name !== 'expires_at')])
    expect(plain(theirs)).toEqual(plain(ours))
    expect(rejectedLines(theirs, 'a.ndjson')).toEqual(rejectedLines(ours, 'a.ndjson'))
    expect(theirs.store.keys('done/')).toEqual(ours.store.keys('done/'))
    expect(theirs.announced).toEqual([byJob])
    expect(theirs.port.calls).toEqual([])
    expect(JSON.parse(theirs.text('audit/runs/r1/0.ndjson'))).toMatchObject({
      event: 'run_ended',
      dollars: null,
      job: { engine: 'bulk_put', processed: 2501, failed: 0, bytes: expect.any(Number) }
    })
  })

  it('counts nothing as written before the job says so', async () => {
    const world = worldOf({ looks: 5 })
    const seen: unknown[] = []
    const { log } = world.deps
    ;(world.deps as { log: typeof log }).log = (line) => {
      if (line.event === 'job_looked_at' && line.state === 'running')
        world.status('r1').then(({ state, rows }) => seen.push([state, rows.read, rows.written]), expect.fail)
      log(line)
    }
    await load(world)
    expect(seen.length).toBeGreaterThan(4)
    for (const each of seen.slice(0, 4)) expect(each).toEqual(['running', 2505, 0])
  })

  it('sets aside what the job reports, whatever row and chunk it was, and a redrive writes it', async () => {
    const bad = new Set(['r0007', 'r1100', 'c0', 'c1299'])
    const words = 'Type mismatch for Index key n Expected: S Actual: N'
    const world = worldOf({ refuse: (item) => (bad.has(idOf(item)) ? words : undefined) })
    const status = await load(world)
    expect(status).toMatchObject({
      state: 'complete',
      rows: { read: 2505, written: 2497, superseded: 1, rejected: 7 }
    })
    expect(rejectedLines(world, 'a.ndjson').map(({ number, code }) => [number, code])).toEqual(
      expect.arrayContaining([
        [7, 'key_type'],
        [1100, 'key_type'],
        [1200, 'missing_key']
      ])
    )
    expect(rejectedLines(world, 'b.csv').map(({ row }) => row)).toEqual([
      { id: 'c0', n: '0' },
      { id: 'c1299', n: '1299' }
    ])
    expect(world.ids()).not.toContain('c0')

    dynamodb.operations.plays({})
    await world.redrive('r1')
    await world.drain()
    expect(await world.status('r1')).toMatchObject({
      state: 'complete',
      rows: { read: 2505, written: 2501, superseded: 1, rejected: 3 }
    })
    expect(world.ids()).toContain('c1299')
  })

  it.each([
    ['is missing', { report: 'missing' } as const, /report names 0 of them/],
    ['tells of some items only', { report: 'partial' } as const, /report names 1 of them/]
  ])(
    'has failed when the report %s: every row may be unwritten, and a redrive sends all again',
    async (_, fault, why) => {
      const bad = new Set(['r0007', 'c5'])
      const world = worldOf({ refuse: (item) => (bad.has(idOf(item)) ? 'no' : undefined), ...fault })
      const status = await load(world)
      expect(status).toMatchObject({
        state: 'failed',
        rows: { read: 2505, written: 0, superseded: 1, rejected: 3, unprocessed: 2501 }
      })
      expect(status.errors.join()).toMatch(why)
      expect(world.store.keys('failed/')).toHaveLength(2)

      dynamodb.operations.plays({})
      await world.redrive('r1')
      await world.drain()
      expect(await world.status('r1')).toMatchObject({
        state: 'complete',
        rows: { read: 2505, written: 2501, superseded: 1, rejected: 3, unprocessed: 0 }
      })
    }
  )

  it('has failed when the job ends well and tells of fewer items than lay ready', async () => {
    const world = worldOf({ overlooks: 3 })
    const status = await load(world)
    expect(status).toMatchObject({ state: 'failed', rows: { written: 0, unprocessed: 2501 } })
    expect(status.errors.join()).toContain('tells of 2498 items, 2501 lay ready')
  })

  it('has failed when the job has, and goes on by a redrive with our own workers', async () => {
    const world = worldOf({ failsAfter: 100 })
    const status = await load(world)
    expect(status).toMatchObject({ state: 'failed', rows: { written: 0, unprocessed: 2501 } })
    expect(status.errors.join()).toContain('InternalServerError')
    await world.redrive('r1', options)
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ state: 'complete', rows: { read: 2505, written: 2501 } })
  })

  it('begins one job, however often its start is asked for', async () => {
    const world = worldOf({
      lostStarts: 3,
      looks: 2,
      refusedStarts: { name: 'LimitExceededException', times: 2 }
    })
    const begun = await begunBy(async () => {
      world.unload('r1', files, { options: { ...options, ...bulkPut } })
      await world.arrive('unload/r1/manifest.json', 'unload/r1/manifest.json')
      for (let n = 0; n < 20; n += 1) await world.send({ kind: 'job', run: 'r1', generation: 0 })
      await world.drain({ lanes: 8 })
    })
    expect(begun).toBe(1)
    expect(await world.status('r1')).toMatchObject({ state: 'complete', rows: { read: 2505, written: 2501 } })
  })

  it('that is cancelled has the job ended first, counts its rows as unprocessed, and goes on by a redrive', async () => {
    const world = worldOf({ looks: 4 })
    let isCancelled = false
    const { log } = world.deps
    ;(world.deps as { log: typeof log }).log = (line) => {
      if (line.event === 'job_looked_at' && line.state === 'running' && !isCancelled) {
        isCancelled = true
        void requestCancel(world.deps, 'r1', 'ADA')
      }
      log(line)
    }
    const status = await load(world)
    expect(dynamodb.operations.calls.CancelBulkOperation).toBe(1)
    expect(status).toMatchObject({
      state: 'failed',
      rows: { read: 2505, written: 0, superseded: 1, rejected: 3, unprocessed: 2501 }
    })
    expect(status.errors[0]).toBe('cancelled by ADA')
    expect(world.announced).toHaveLength(1)
    await world.redrive('r1')
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ state: 'complete', rows: { read: 2505, written: 2501 } })
  })

  it('is refused when two rows far apart have one key: nobody could say which of them stays', async () => {
    const world = worldOf()
    const twice = { 'a.ndjson': orders(0, 1500), 'b.ndjson': orders(1400, 1600) }
    let status = await load(world, bulkPut, twice)
    expect(status).toMatchObject({ state: 'failed', rows: { written: 0, unprocessed: 1700 } })
    expect(status.errors.join()).toContain('100 rows or more have the key of another row')
    expect(world.ids()).toEqual([])
    await world.redrive('r1', {})
    await world.drain()
    status = await world.status('r1')
    expect(status).toMatchObject({ state: 'complete', rows: { written: 1700 } })
    expect(world.ids()).toHaveLength(1600)
  })

  it('leaves nothing to the job that a worker who died had laid ready and not noted', async () => {
    const world = worldOf()
    world.put(
      'managed/r1/0/items/a.ndjson/0001-000009.json.gz',
      gzipSync('{"Item":{"id":{"S":"foreign"}}}\n')
    )
    const status = await load(world)
    expect(status).toMatchObject({ state: 'complete', rows: { written: 2501 } })
    expect(world.ids()).not.toContain('foreign')
  })
})

describe('what the engine cannot do is refused by name, with the cure', () => {
  it.each([
    [{ mode: 'update' }, "engine 'bulk_put' cannot do mode 'update'"],
    [{ version: 'n' }, "engine 'bulk_put' cannot do version"],
    [{ if: 'absent' }, "engine 'bulk_put' cannot do if"],
    [{ skip_unchanged: true }, "engine 'bulk_put' cannot do skip_unchanged"],
    [{ trail: true }, "engine 'bulk_put' cannot do trail"],
    [{ max_wcu: 1023 }, 'max_wcu allows 1023'],
    [{ max_share: 100 }, 'max_share allows 1000'],
    [{ engine: 'glue' }, "option engine takes 'workers', 'bulk_put' or 'import'"]
  ])('%j', async (more, said) => {
    const world = worldOf()
    const status = await load(world, { ...bulkPut, ...more })
    expect(status.state).toBe('failed')
    expect(status.errors.join()).toContain(said)
    expect(status.errors.join()).toMatch(/engine|workers/)
  })

  it('a redrive with such options, too', async () => {
    const world = worldOf()
    await load(world, {}, { 'a.ndjson': ndjson({ n: 1 }, { id: 'x' }) })
    await world.redrive('r1', { ...bulkPut, mode: 'delete' })
    await world.drain()
    const status = await world.status('r1')
    expect(status.state).toBe('failed')
    expect(status.errors.join()).toContain("engine 'bulk_put' cannot do mode 'delete'")
  })

  it('a rate from 1,024 on is handed to the job', async () => {
    const world = worldOf()
    expect(await load(world, { ...bulkPut, max_wcu: 1024 })).toMatchObject({ state: 'complete' })
  })

  it('a dry run tells what would be written, and begins no job', async () => {
    const world = worldOf()
    const begun = await begunBy(() => load(world, { ...bulkPut, dry_run: true }))
    expect(begun).toBe(0)
    expect(await world.status('r1')).toMatchObject({ state: 'complete', rows: { valid: 2501, rejected: 3 } })
  })

  it('where there is no such job', async () => {
    const world = worldOf({}, { managed: undefined })
    const status = await load(world)
    expect(status).toMatchObject({ state: 'failed' })
    expect(status.errors.join()).toContain("engine 'bulk_put' needs AWS")
  })
})
