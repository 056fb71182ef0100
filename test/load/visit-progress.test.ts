import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
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
