import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { requestCancel } from '../../api/load/cancel.ts'
import { redriveRun } from '../../api/load/redrive.ts'
import { rowStatuses } from '../../api/plan/row-result.ts'
import { auditOf } from '../support/audit-of.ts'
import { type BulkWorld, bulkWorld, diceOf, ndjson, orders } from '../support/bulk-world.ts'
import { extent } from '../support/extent.ts'

const forever = new AbortController().signal
const addsUp = ({ rows }: Awaited<ReturnType<BulkWorld['status']>>) =>
  rowStatuses.reduce((sum, status) => sum + rows[status], 0) === rows.read
/** Of the chunks' lines: days of the audit are sums of them. */
const toldUnits = ({ store }: BulkWorld) =>
  auditOf(store, 'chunks/r1/').reduce((sum, line) => sum + Number(line.write_units), 0)
const twoFiles = {
  files: [
    { name: 'a.ndjson', rows: 3000 },
    { name: 'b.ndjson', rows: 3000 }
  ]
}
const unloaded = (world: BulkWorld) =>
  world.unload('r1', { 'a.ndjson': orders(0, 3000), 'b.ndjson': orders(3000, 6000) }, twoFiles)

/** A world that is cancelled by Ada before the n-th call of its table. */
const cancelledAt = (n: number, random = diceOf(n), then?: (world: BulkWorld) => void) => {
  let calls = 0
  const world = bulkWorld({
    random,
    callMs: 20,
    script: () => {
      calls += 1
      if (calls === n) {
        void requestCancel(world.deps, 'r1', 'ADA')
        then?.(world)
      }
      return 'pass'
    }
  })
  unloaded(world)
  return world
}

describe('a run that is cancelled', () => {
  it('has failed, says by whom, and counts the rows that were not written', async () => {
    const world = cancelledAt(30)
    await world.arrive('unload/r1/manifest.json')
    await world.drain()

    const status = await world.status('r1')
    expect(status).toMatchObject({ state: 'failed', errors: ['cancelled by ADA'] })
    expect(status.rows.expected).toBe(6000)
    expect(status.rows.unprocessed).toBeGreaterThan(0)
    expect(status.rows.read).toBe(6000)
    expect(addsUp(status)).toBe(true)
    expect(world.ids().length).toBe(status.rows.written)
    expect(world.announced).toEqual([{ ...status, seconds: expect.any(Number) }])
  })

  it('goes on by a redrive: each row is written once, and the counts add up to the manifest', async () => {
    const world = cancelledAt(30)
    await world.arrive('unload/r1/manifest.json')
    await world.drain()
    const { rows } = await world.status('r1')
    const before = world.port.calls.length
    await world.redrive('r1')
    await world.drain()

    const status = await world.status('r1')
    expect(status).toMatchObject({
      state: 'complete',
      rows: { expected: 6000, read: 6000, written: 6000 },
      errors: []
    })
    expect(world.ids().length).toBe(6000)
    expect(toldUnits(world)).toBe(status.write_units)
    // What was written before is not sent again, but for a slice that was under way.
    expect(world.port.calls.length - before).toBeLessThanOrEqual(Math.ceil((rows.unprocessed + 2_000) / 25))
  })

  it('keeps the rows that it had set aside, also after the redrive', async () => {
    const lines = Array.from({ length: 4000 }, (_, n) => (n % 1000 === 7 ? { n } : { id: `r${n}`, n }))
    let calls = 0
    const world = bulkWorld({
      callMs: 100,
      script: () => {
        calls += 1
        if (calls === 50) void requestCancel(world.deps, 'r1', 'ADA')
        return 'pass'
      }
    })
    world.unload('r1', { 'a.ndjson': ndjson(...lines) }, { files: [{ name: 'a.ndjson', rows: 4000 }] })
    await world.arrive('unload/r1/manifest.json')
    await world.drain()
    const cancelled = await world.status('r1')
    expect(cancelled.rows.rejected).toBeGreaterThan(0)
    expect(cancelled.rows.unprocessed).toBeGreaterThan(0)
    await world.redrive('r1')
    await world.drain()

    expect(await world.status('r1')).toMatchObject({
      state: 'complete',
      rows: { read: 4000, written: 3996, rejected: 4 }
    })
    await world.redrive('r1', { keys: { id: 'r{n}' } })
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ rows: { read: 4000, written: 4000, rejected: 0 } })
    expect([...world.store.objects.keys()].filter((key) => key.includes('.parts'))).toEqual([])
  })

  it('before anything is loaded leaves all rows unprocessed, and its chunks where they lie', async () => {
    const world = bulkWorld()
    unloaded(world)
    await world.arrive('unload/r1/manifest.json')
    // Opened, and no chunk visited.
    const held: unknown[] = []
    await redriveRun({ ...world.deps, queue: { send: async (body) => void held.push(body) } }, 'r1', forever)
    await world.drain({
      life: (deps) => ({ deps: { ...deps, queue: { send: async () => {} } }, deadline: forever })
    })
    await requestCancel(world.deps, 'r1', 'ADA')
    await world.drain()

    expect(await world.status('r1')).toMatchObject({
      state: 'failed',
      rows: { read: 6000, written: 0, unprocessed: 6000 }
    })
    expect(world.store.objects.has('unload/r1/a.ndjson')).toBe(true)
  })

  it('is cancelled once: a second call changes nothing, and one of an ended or unknown run neither', async () => {
    const world = cancelledAt(30)
    await world.arrive('unload/r1/manifest.json')
    await world.drain()
    const status = await world.status('r1')
    await requestCancel(world.deps, 'r1', 'GRACE')
    await requestCancel(world.deps, 'nobody', 'GRACE')
    await world.drain()
    expect(await world.status('r1')).toEqual(status)
    expect(world.announced).toHaveLength(1)

    await world.redrive('r1')
    await world.drain()
    await requestCancel(world.deps, 'r1', 'GRACE')
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ state: 'complete', errors: [] })
  })

  it.each([0, 1])(
    'while it is being opened, with %d chunks noted, is loaded whole by a redrive',
    async (noted) => {
      const world = bulkWorld()
      unloaded(world)
      await world.arrive('unload/r1/manifest.json')
      // The opener dies after it noted so many chunks, which are loaded before the run is cancelled.
      let notes = 0
      const dying: typeof world.ledger = {
        ...world.ledger,
        async put(record, was) {
          if (!record.sk.startsWith('chunk#') || was !== undefined) return world.ledger.put(record, was)
          notes += 1
          if (notes > noted) throw new Error('died')
          return world.ledger.put(record, was)
        }
      }
      let isFirst = true
      await world.drain({
        lanes: 1,
        life: (deps) => {
          const isOpener = isFirst
          isFirst = false
          if (!isOpener && world.announced.length === 0) void requestCancel(world.deps, 'r1', 'ADA')
          return { deps: isOpener ? { ...deps, ledger: dying } : deps, deadline: forever }
        }
      })
      expect(await world.status('r1')).toMatchObject({ state: 'failed', errors: ['cancelled by ADA'] })
      await world.redrive('r1')
      await world.drain()
      expect(await world.status('r1')).toMatchObject({
        state: 'complete',
        rows: { expected: 6000, read: 6000, written: 6000 }
      })
      expect(world.ids().length).toBe(6000)
    }
  )

  it('at any moment, with a redrive at once or later, with workers that settle meanwhile: counts add up', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.integer({ min: 1, max: 245 }),
        fc.boolean(),
        async (seed, n, isAtOnce) => {
          const world = cancelledAt(n, diceOf(seed), ({ redrive }) => {
            if (isAtOnce) setImmediate(() => void redrive('r1'))
          })
          await world.arrive('unload/r1/manifest.json')
          await world.drain()
          const cancelled = await world.status('r1')
          expect(addsUp(cancelled)).toBe(true)
          expect(cancelled.rows.read).toBe(6000)
          if (cancelled.state === 'failed') await world.redrive('r1')
          await world.drain()
          const status = await world.status('r1')
          expect(status).toMatchObject({
            state: 'complete',
            rows: { read: 6000, written: 6000, unprocessed: 0 }
          })
          expect(toldUnits(world)).toBe(status.write_units)
          expect(world.ids().length).toBe(6000)
          expect(world.deadLetters).toEqual([])
        }
      ),
      { numRuns: extent(6, 45) }
    )
  })
})
