import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunRecord } from '../../../api/ledger/run-record.ts'
import { requestCancel } from '../../../api/load/cancel.ts'
import { importTables } from '../../../api/load/managed/import-tables.ts'
import { planLoad } from '../../../api/load/plan-load.ts'
import { dollars } from '../../../api/runtime/prices.ts'
import { systemClock } from '../../../api/runtime/system-clock.ts'
import { type BulkWorld, bulkWorld, ndjson, orders, type WorldOptions } from '../../support/bulk-world.ts'
import { type Jobs, openJobs } from '../../support/open-jobs.ts'
import { json } from '../../support/rows.ts'
import type { CreatedByImport, ImportFaults } from '../../support/table-imports.ts'

const tables: Record<string, readonly string[]> = {}
const made: CreatedByImport[] = []
let jobs: Jobs
let dynamodb: Jobs['dynamodb']
let managed: Jobs['managed']
let current: BulkWorld

beforeAll(async () => {
  jobs = await openJobs(() => current, {
    tables,
    async make(table, parameters) {
      tables[table] = ['id']
      made.push(parameters)
    }
  })
  dynamodb = jobs.dynamodb
  managed = jobs.managed
})
afterAll(() => jobs.close())

const imports = importTables({ orders: [{ name: 'id', type: 'S' }] })
/** A world whose table is not there before an import makes it. */
const worldOf = (faults: ImportFaults = {}, more: WorldOptions = {}): BulkWorld => {
  delete tables.orders
  made.length = 0
  dynamodb.imports.forget()
  dynamodb.imports.plays(faults)
  current = bulkWorld({ managed, imports, isThere: () => tables.orders !== undefined, ...more })
  return current
}
const files = {
  'a.ndjson': `${orders(0, 1200)}${ndjson({ n: 1 }, { id: 7 }, { id: 'twice', n: 1 }, { id: 'twice', n: 2 })}no row\n`,
  'b.csv': `id,n\n${Array.from({ length: 1300 }, (_, n) => `c${n},${n}`).join('\n')}\n`
}
const options = { ttl: { attribute: 'expires_at', days: 3 }, types: { n: 'N' } }
const load = async (world: BulkWorld, more: object = {}, loaded: object = files) => {
  world.unload('r1', loaded as Record<string, string>, { options: { ...options, engine: 'import', ...more } })
  await world.arrive('unload/r1/manifest.json')
  await world.drain()
  return world.status('r1')
}
const begunBy = async (work: () => Promise<unknown>): Promise<number> => {
  const before = dynamodb.imports.begun()
  await work()
  return dynamodb.imports.begun() - before
}
/** Calls something once DynamoDB is at the import. */
const whenRunning = (world: BulkWorld, act: () => Promise<unknown>): void => {
  let isDone = false
  const { log } = world.deps
  ;(world.deps as { log: typeof log }).log = (line) => {
    if (line.event === 'job_looked_at' && line.state === 'running' && !isDone) {
      isDone = true
      void act()
    }
    log(line)
  }
}
/** The same, and every later look at a table fails. */
const blinded = (world: BulkWorld): void => {
  const lookAgain = async () => ({ kind: 'unavailable', reason: 'AccessDenied', isDenied: true }) as const
  ;(world.deps.writer as { schemas: object }).schemas = { ...world.deps.writer.schemas, lookAgain }
}
const cancelled = (world: BulkWorld) => requestCancel(world.deps, 'r1', 'ADA')
/** Calls something once the start of the import has been asked for so often. */
const whenAsked = (world: BulkWorld, times: number, act: () => Promise<unknown>): void => {
  const { log } = world.deps
  let asked = 0
  ;(world.deps as { log: typeof log }).log = (line) => {
    if (line.event === 'job_looked_at' && line.state === 'starting') asked += 1
    if (asked === times) {
      asked = Number.NaN
      void act()
    }
    log(line)
  }
}
const asWorkers = { rows: { read: 2505, written: 2501, superseded: 1, rejected: 3, unprocessed: 0 } }
const unwritten = { rows: { read: 2505, written: 0, superseded: 1, rejected: 3, unprocessed: 2501 } }

describe('a run of engine import', () => {
  it('makes the table as the deployment names it, and counts and rejects as our own workers do', async () => {
    const ours = worldOf({}, { isThere: () => true })
    const { estimate: _, ...byWorkers } = await load(ours, { engine: 'workers' })
    const theirs = worldOf()
    const byImport = await load(theirs)

    expect(byImport).toEqual({ ...byWorkers, write_units: 0, seconds: expect.any(Number) })
    expect(byImport).toMatchObject({ state: 'complete', ...asWorkers })
    expect(theirs.ids()).toEqual(ours.ids())
    expect(made).toEqual([
      {
        TableName: 'orders',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST'
      }
    ])
    expect(theirs.port.calls).toEqual([])
    expect(theirs.announced).toEqual([byImport])
  })

  it('is paid by the bytes that it reads, in its audit', async () => {
    const world = worldOf()
    await load(world)
    const lines = world.store.keys('managed/r1/0/items/').map((key) => world.store.objects.get(key) ?? '')
    const bytes = lines.reduce((sum, packed) => sum + gunzipSync(packed).length, 0)
    expect(JSON.parse(world.text('audit/runs/r1/0.ndjson'))).toMatchObject({
      write_units: 0,
      dollars: Number(dollars({ import_byte: bytes })),
      job: { engine: 'import', processed: 2501, imported: 2501, failed: 0, bytes }
    })
  })

  it('begins one import, however often its start is asked for', async () => {
    const world = worldOf({
      lostStarts: 3,
      looks: 2,
      refusedStarts: { name: 'LimitExceededException', times: 2 }
    })
    expect(await begunBy(() => load(world))).toBe(1)
    expect(await world.status('r1')).toMatchObject({ state: 'complete', ...asWorkers })
  })

  it.each([
    [
      'errors',
      { refuse: ({ id }: { id?: { S?: unknown } }) => (id?.S === 'c7' ? 'no' : undefined) },
      '2500 items of 2501 in the table, 1 errors'
    ],
    ['fewer items than lay ready', { overlooks: 2 }, '2499 items of 2501 in the table, 0 errors'],
    ['a failure', { failsAfter: 100 }, 'import failed (InternalServerError']
  ] as const)(
    'has failed when the import tells of %s: totals say of no row that it is written',
    async (_, faults, said) => {
      const world = worldOf(faults as ImportFaults)
      const status = await load(world)
      expect(status).toMatchObject({ state: 'failed', ...unwritten })
      expect(status.errors.join()).toContain(said)
      expect(status.errors.join()).toContain("engine 'workers'")

      dynamodb.imports.plays({})
      await world.redrive('r1', options)
      await world.drain()
      expect(await world.status('r1')).toMatchObject({ state: 'complete', ...asWorkers })
    }
  )

  it('that is cancelled says that an import cannot be, and is over when the import is', async () => {
    const world = worldOf({ looks: 4 })
    whenRunning(world, () => requestCancel(world.deps, 'r1', 'ADA'))
    const status = await load(world)
    expect(status).toMatchObject({ state: 'failed', ...unwritten })
    expect(status.errors.slice(0, 2)).toEqual([
      'cancelled by ADA',
      expect.stringMatching(/cannot be cancelled, and ended with 2501 items of 2501 in the table, 0 errors/)
    ])
    expect(world.announced).toEqual([status])
    expect(world.ids()).toHaveLength(2501)
    await world.redrive('r1')
    await world.drain()
    expect((await world.status('r1')).errors.join()).toContain('the table exists')
    await world.redrive('r1', options)
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ state: 'complete', ...asWorkers })
  })

  it('that is cancelled while there was no room for the import makes no table', async () => {
    const world = worldOf({ refusedStarts: { name: 'LimitExceededException', times: 3 } })
    whenAsked(world, 2, () => cancelled(world))
    expect(await begunBy(() => load(world))).toBe(0)
    expect(await world.status('r1')).toMatchObject({
      state: 'failed',
      rows: { unprocessed: 2501 },
      errors: expect.arrayContaining(['cancelled by ADA', 'the import was not begun: no table was made'])
    })
    expect(world.announced).toHaveLength(1)
  })

  it('that is cancelled begins no import where nobody tells whether its table is there, and says so', async () => {
    const world = worldOf({ refusedStarts: { name: 'LimitExceededException', times: 3 } })
    const startMs = world.clock.now()
    whenAsked(world, 2, () => {
      blinded(world)
      return cancelled(world)
    })
    expect(await begunBy(() => load(world))).toBe(0)
    const [status] = world.announced
    expect(status).toMatchObject({ state: 'failed', rows: { unprocessed: 2501 } })
    expect(status?.errors[1]).toMatch(/may be at work.*AccessDenied.*look for table orders/)
    const tookMs = world.clock.now() - startMs
    expect(tookMs).toBeGreaterThan(15 * 60_000)
    expect(tookMs).toBeLessThan(30 * 60_000)
  })

  it('that is cancelled after its answer was lost is found by its table, and waited for', async () => {
    const world = worldOf({ lostStarts: 2, looks: 3 })
    whenAsked(world, 2, () => cancelled(world))
    expect(await begunBy(() => load(world))).toBe(1)
    const [status] = world.announced
    expect(status?.errors[1]).toContain('ended with 2501 items of 2501 in the table')
  })

  it('that is cancelled and cannot be looked at says that it may be at work', async () => {
    const world = worldOf({ looks: 4 })
    whenRunning(world, async () => {
      dynamodb.imports.forget()
      await cancelled(world)
    })
    await load(world)
    expect(world.announced).toHaveLength(1)
    expect(world.announced[0]?.errors[1]).toMatch(/may be at work.*ImportNotFoundException/)
  })

  it('is refused before the import begins when two rows far apart have one key', async () => {
    const world = worldOf()
    const twice = { 'a.ndjson': orders(0, 1500), 'b.ndjson': orders(1400, 1600) }
    expect(await begunBy(() => load(world, {}, twice))).toBe(0)
    const status = await world.status('r1')
    expect(status).toMatchObject({ state: 'failed', rows: { written: 0, unprocessed: 1700 } })
    expect(status.errors.join()).toContain('100 rows or more have the key of another row')
  })

  it('has failed when somebody else makes the table meanwhile, and goes on by another engine', async () => {
    const world = worldOf({
      before: async () => {
        tables.orders = ['id']
      }
    })
    expect(await begunBy(() => load(world))).toBe(0)
    const status = await world.status('r1')
    expect(status).toMatchObject({ state: 'failed', ...unwritten })
    expect(status.errors.join()).toMatch(/ResourceInUseException.*the table exists by now/)
  })

  it('plans rows for the key that the table is going to have', async () => {
    const numbers = importTables({ orders: [{ name: 'id', type: 'N' }] })
    const world = worldOf({}, { imports: numbers })
    const status = await load(world, {}, { 'a.ndjson': ndjson({ id: 1 }, { id: 'x' }) })
    expect(status).toMatchObject({ state: 'complete', rows: { read: 2, written: 1, rejected: 1 } })
    expect(status.errors.join()).toContain('key_type')
    expect(made[0]?.AttributeDefinitions).toEqual([{ AttributeName: 'id', AttributeType: 'N' }])
  })

  describe('whose deployment changes the key of bulk.imports meanwhile', () => {
    const others = importTables({ orders: [{ name: 'n', type: 'N' }] })
    const forever = new AbortController().signal
    /** Loads; from a message on the deployment names another key. */
    const changedAt = async (world: BulkWorld, message: number) => {
      let messages = 0
      world.unload('r1', files, { options: { ...options, engine: 'import' } })
      await world.arrive('unload/r1/manifest.json')
      await world.drain({
        lanes: 1,
        life: (deps) => ({
          deps: { ...deps, imports: messages++ < message ? imports : others },
          deadline: forever
        })
      })
      return { messages, status: await world.status('r1') }
    }

    it('goes by the key that it was opened with, whenever that is', async () => {
      for (let [message, last] = [1, 2]; message < last; message += 1) {
        const { messages, status } = await changedAt(worldOf(), message)
        expect(status, `from message ${message}`).toMatchObject({ state: 'complete', ...asWorkers })
        expect(made.map(({ KeySchema }) => KeySchema)).toEqual([[{ AttributeName: 'id', KeyType: 'HASH' }]])
        last = messages
      }
    })

    it('goes by the new key when it is redriven', async () => {
      const world = worldOf({ failsAfter: 100 })
      await load(world, {}, { 'a.ndjson': orders(0, 1200) })
      delete tables.orders
      made.length = 0
      dynamodb.imports.plays({})
      ;(world.deps as { imports: typeof others }).imports = others
      await world.redrive('r1')
      await world.drain()
      expect(made.map(({ KeySchema }) => KeySchema)).toEqual([[{ AttributeName: 'n', KeyType: 'HASH' }]])
    })

    it('goes by what the deployment says when a former version opened it, which noted no key', async () => {
      const world = worldOf()
      const { ledger } = world.deps
      const put: typeof ledger.put = (record, was) => {
        const { importKey: _, ...former } = record as RunRecord
        return ledger.put(former, was)
      }
      ;(world.deps as { ledger: typeof ledger }).ledger = { ...ledger, put }
      expect(await load(world)).toMatchObject({ state: 'complete', ...asWorkers })
    })
  })

  it('in a dry run tells what would be written, and makes no table', async () => {
    const world = worldOf()
    expect(await begunBy(() => load(world, { dry_run: true }))).toBe(0)
    expect(await world.status('r1')).toMatchObject({ state: 'complete', rows: { valid: 2501, rejected: 3 } })
  })
})

describe('what an import cannot do is refused by name, with the cure', () => {
  it.each([
    [{ mode: 'update' }, "engine 'import' cannot do mode 'update'"],
    [{ version: 'n' }, "engine 'import' cannot do version"],
    [{ if: 'absent' }, "engine 'import' cannot do if"],
    [{ skip_unchanged: true }, "engine 'import' cannot do skip_unchanged"],
    [{ trail: true }, "engine 'import' cannot do trail"],
    [{ max_wcu: 2000 }, "engine 'import' cannot do max_wcu"],
    [{ max_share: 50 }, "engine 'import' cannot do max_share"]
  ])('%j', async (more, said) => {
    const status = await load(worldOf(), more)
    expect(status.state).toBe('failed')
    expect(status.errors.join()).toContain(said)
    expect(made).toEqual([])
  })

  it.each([
    ['a table that exists', { isThere: () => true }, 'the table exists'],
    ['a table that the deployment does not name', { imports: new Map() }, 'bulk.imports of the deployment'],
    ['where there is no such job', { managed: undefined }, "engine 'import' needs AWS"]
  ])('%s', async (_, world, said) => {
    const status = await load(worldOf({}, world))
    expect(status.state).toBe('failed')
    expect(status.errors.join()).toContain(said)
  })
})

describe('a plan for a table that an import may make', () => {
  const planned = async (world: BulkWorld, more: object = {}) => {
    world.unload('r1', { 'a.ndjson': orders(0, 1000) })
    const manifest = json({ version: 1, run: 'r1', files: [{ name: 'a.ndjson' }] })
    const deps = { ...world.deps, clock: systemClock }
    return planLoad(
      deps,
      { table: 'orders', manifest, options: json({ ...more }) },
      new AbortController().signal,
      20_000
    )
  }

  it('names import with its price, and that the other engines need a table', async () => {
    const plan = await planned(worldOf())
    const bytes = orders(0, 1000)
      .trimEnd()
      .split('\n')
      .reduce((sum, line) => {
        const { id, n } = JSON.parse(line) as { readonly id: string; readonly n: number }
        return sum + `{"Item":{"id":{"S":"${id}"},"n":{"N":"${n}"}}}\n`.length
      }, 0)
    expect(plan).toMatchObject({
      rows: 1000,
      errors: [],
      cheapest: 'import',
      roads: [
        { engine: 'workers', refused: 'the table does not exist yet' },
        { engine: 'bulk_put', refused: 'the table does not exist yet' },
        { engine: 'import', dollars: dollars({ import_byte: bytes }) }
      ]
    })
    expect(plan.warnings.join()).toContain('the table does not exist')
  })

  it('is refused where the deployment does not name the table', async () => {
    expect((await planned(worldOf({}, { imports: new Map() }))).errors.join()).toContain('unknown_table')
  })

  it('says why an import cannot take it', async () => {
    const { roads, errors } = await planned(worldOf(), { version: 'n' })
    expect(errors).toEqual([])
    expect(roads[2]).toMatchObject({
      engine: 'import',
      dollars: null,
      refused: expect.stringContaining('version')
    })
  })
})
