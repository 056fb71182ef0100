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
  const stories: readonly { seed: number; ends: string; loadDice?: () => number }[] = [
    { seed: 9, ends: 'with table = source' },
    { seed: 1, ends: 'with table = source' },
    {
      seed: 210,
      ends: 'at rest between two loads, where every run by bulk begins one',
      loadDice: () => 0.99
    }
  ]
  it.each(someOf(stories, 1))('seed $seed ends $ends', { timeout: 300_000 }, async ({ seed, loadDice }) => {
    await liveSeed(seed, world, loadDice)
  })
})
