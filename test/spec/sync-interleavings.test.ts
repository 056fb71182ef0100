import { afterAll, beforeAll, describe, it } from 'vitest'
import { dice } from '../../api/local/simulate/dice.ts'
import { type CheckedWorksheet, openChecked } from '../support/sync-checker/checked-worksheet.ts'
import { liveSeed } from '../support/sync-checker/live-seed.ts'

// A few of the stories of `npm run prove:syncs`.

let world: CheckedWorksheet
beforeAll(async () => {
  world = await openChecked(dice(1))
}, 120_000)
afterAll(() => world.close())

describe('random changes, faults, cuts and overlaps of a sync', () => {
  it.each([1, 9, 107])('seed %i ends with table = source', { timeout: 300_000 }, async (seed) => {
    await liveSeed(seed, world)
  })
})
