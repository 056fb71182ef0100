import { describe, expect, it } from 'vitest'
import { bulkWorld, orders } from '../support/bulk-world.ts'
import { mortalWorker } from '../support/mortal-worker.ts'

const forever = new AbortController().signal
const rows = 6

/**
 * Six rows that must be new, in one chunk. One worker takes every message until it dies at a step; the next ones
 * live.
 */
const loadedAfterDeath = async (steps: number, takesEffect: boolean) => {
  const world = bulkWorld()
  world.unload('r1', { 'a.ndjson': orders(0, rows) }, { options: { if: 'absent' } })
  await world.arrive('unload/r1/manifest.json')
  const first = mortalWorker(world.deps, steps, takesEffect)
  const life: NonNullable<Parameters<typeof world.drain>[0]>['life'] = (deps) =>
    first.deadline.aborted ? { deps, deadline: forever } : first
  await world.drain({ lanes: 1, life })
  return { world, hasDied: first.deadline.aborted }
}

describe('rows that must be new, and a worker that dies before it can note what it wrote', () => {
  it.each(Array.from({ length: 35 }, (_, n) => n + 5))(
    'are written, and none is told that somebody else was first: death at step %i',
    async (steps) => {
      for (const takesEffect of [true, false]) {
        const { world } = await loadedAfterDeath(steps, takesEffect)

        expect(await world.status('r1')).toMatchObject({
          state: 'complete',
          rows: { read: rows, written: rows, condition_failed: 0, rejected: 0, unprocessed: 0 }
        })
        expect(world.ids()).toHaveLength(rows)
      }
    }
  )

  it('really dies at the first of these steps, and has ended before the last', async () => {
    expect((await loadedAfterDeath(5, true)).hasDied).toBe(true)
    expect((await loadedAfterDeath(200, true)).hasDied).toBe(false)
  })
})
