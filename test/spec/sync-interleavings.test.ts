import { afterAll, beforeAll, describe, it } from 'vitest'
import { someOf } from '../support/extent.ts'
import { type CheckedWorksheet, openChecked } from '../support/sync-checker/checked-worksheet.ts'
import { liveSeed } from '../support/sync-checker/live-seed.ts'

// A few of the stories of `npm run prove:syncs`.

let world: CheckedWorksheet
beforeAll(async () => {
  world = await openChecked()
}, 120_000)
afterAll(() => world.close())

describe('random changes, faults, cuts and overlaps of a sync', () => {
  it('a full sync by bulk, whose every run begins a load, comes to rest between two of them', {
    timeout: 300_000
  }, async () => {
    await liveSeed(210, world, () => 0.99)
  })

  it.each(someOf([9, 1], 1))('seed %i ends with table = source', { timeout: 300_000 }, async (seed) => {
    await liveSeed(seed, world)
  })
})
