import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { LedgerRecord, LedgerStore, RecordKey } from '../../api/ledger/ledger-store.ts'
import { runKey } from '../../api/ledger/run-record.ts'
import { bulkWorld, orders } from '../support/bulk-world.ts'
import { mortalWorker } from '../support/mortal-worker.ts'

const forever = new AbortController().signal
const start = async (rows: number, manifest: object = {}) => {
  const world = bulkWorld()
  world.unload('r1', { 'a.ndjson': orders(0, rows) }, manifest)
  await world.arrive('unload/r1/manifest.json')
  return world
}

describe('slices that follow each other at once', () => {
  it('share their checkpoints: one with the first of them, then one for ten', async () => {
    const world = await start(21_500)
    const progress: number[] = []
    const { put } = world.ledger
    const ledger = {
      ...world.ledger,
      put: (...args: Parameters<typeof put>) => {
        const [record] = args
        if ('rowsDone' in record && Number(record.rowsDone) !== (progress.at(-1) ?? 0))
          progress.push(Number(record.rowsDone))
        return put(...args)
      }
    }
    await world.drain({ lanes: 1, life: (deps) => ({ deps: { ...deps, ledger }, deadline: forever }) })

    expect(progress).toEqual([1_000, 11_000, 21_000, 21_500])
    expect(await world.status('r1')).toMatchObject({ state: 'complete', rows: { written: 21_500 } })
  })

  it('have one each where they take their time', async () => {
    const world = bulkWorld({ callMs: 300 })
    world.unload('r1', { 'a.ndjson': orders(0, 3_000) })
    await world.arrive('unload/r1/manifest.json')
    const seen = new Set<number>()
    const { put } = world.ledger
    const ledger = {
      ...world.ledger,
      put: (...args: Parameters<typeof put>) => {
        if ('rowsDone' in args[0]) seen.add(Number(args[0].rowsDone))
        return put(...args)
      }
    }
    await world.drain({ lanes: 1, life: (deps) => ({ deps: { ...deps, ledger }, deadline: forever }) })

    expect([...seen]).toEqual([0, 1_000, 2_000, 3_000])
  })

  it.each([2_000, 10_900, 11_900])(
    'are sent again after a death at step %i, and rows that must be new are told written',
    async (steps) => {
      const rows = 12_000
      const world = await start(rows, { options: { if: 'absent' } })
      const first = mortalWorker(world.deps, steps, true)
      await world.drain({
        lanes: 1,
        life: (deps) => (first.deadline.aborted ? { deps, deadline: forever } : first)
      })

      expect(first.deadline.aborted).toBe(true)
      expect(await world.status('r1')).toMatchObject({
        state: 'complete',
        rows: { read: rows, written: rows, condition_failed: 0, unprocessed: 0 }
      })
    }
  )

  it.each([
    ['a second: the visit goes on', 1_000, 1],
    ['longer than a fault that passes: another visit does', 70_000, 2]
  ])(
    'are counted once where the ledger, after a checkpoint, does not tell of the run for %s',
    async (_, downMs, claims) => {
      const world = await start(3_500)
      const { get, put } = world.ledger
      let downUntilMs: number | undefined
      const ledger: LedgerStore = {
        ...world.ledger,
        get<T extends LedgerRecord>(key: RecordKey) {
          const isAway = key.sk === runKey('r1').sk && world.clock.now() < (downUntilMs ?? 0)
          return isAway ? Promise.reject(new Error('the ledger is away')) : get<T>(key)
        },
        put(record, was) {
          if ('rowsDone' in record && Number(record.rowsDone) > 0) downUntilMs ??= world.clock.now() + downMs
          return put(record, was)
        }
      }
      await world.drain({ lanes: 1, life: (deps) => ({ deps: { ...deps, ledger }, deadline: forever }) })

      expect(world.lines).toContainEqual(expect.objectContaining({ event: 'chunk_settled', claims }))
      expect(await world.status('r1')).toMatchObject({
        state: 'complete',
        rows: { read: 3_500, written: 3_500 }
      })
    }
  )

  it('have one each where they leave a trail: slices of a budget are cut anew after a death', async () => {
    const world = bulkWorld({ callMs: 2 })
    const options = { trail: true, max_wcu: 1_000_000 }
    world.unload('r1', { 'a.ndjson': orders(0, 4_000) }, { options })
    await world.arrive('unload/r1/manifest.json')
    const first = mortalWorker(world.deps, 150, true)
    await world.drain({
      lanes: 1,
      life: (deps) => (first.deadline.aborted ? { deps, deadline: forever } : first)
    })

    expect(first.deadline.aborted).toBe(true)
    const lines = [...world.store.objects.keys()]
      .filter((key) => key.startsWith('audit/rows/'))
      .flatMap((key) => world.text(key).trimEnd().split('\n'))
    const rows = lines.map((line) => (JSON.parse(line) as { readonly row: number }).row)
    expect(rows.length).toBe(new Set(rows).size)
    expect(rows).toHaveLength(4_000)
  })

  it('are counted where the rest of the chunk cannot be read', async () => {
    const world = bulkWorld()
    const [whole, rest] = [gzipSync(orders(0, 5_000)), gzipSync(orders(5_000, 9_000))]
    world.unload('r1', { 'a.ndjson.gz': Buffer.concat([whole, rest.subarray(0, rest.length / 2)]) })
    await world.arrive('unload/r1/manifest.json')
    await world.drain()

    const status = await world.status('r1')
    expect(status.state).toBe('failed')
    expect(status.rows.written).toBeGreaterThanOrEqual(4_000)
    expect(world.ids()).toHaveLength(status.rows.written)
  })
})
