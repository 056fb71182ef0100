import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { someOf } from '../support/extent.ts'
import { type DayFault, faultyCall, liveThrough, month } from '../support/month-of-syncs.ts'
import { daysAreSummed, openSynced, type Synced } from '../support/synced.ts'

let world: Synced
let fault: DayFault = 'none'
const play = (next: DayFault): void => {
  fault = next
}

beforeAll(async () => {
  const tables = ['month_diff', 'month_stream', 'hidden']
  world = await openSynced(
    tables.map((name) => ({ name, keys: [{ name: 'ID', type: 'S' as const }] })),
    faultyCall(() => fault)
  )
  await world.sql(daysAreSummed)
})
afterAll(() => world.close())

// A month: DAYS=30 npm test -- test/spec/month-of-syncs.test.ts

describe('days of changes, with faults in the runs', () => {
  it.each(someOf(['stream', 'diff'] as const, 1))(
    'by %s, ends with table = source and an audit that adds up',
    { timeout: 900_000 },
    async (capture) => {
      await fc.assert(
        fc.asyncProperty(month, async (days) => {
          await liveThrough(world, { name: `month_${capture}`, capture }, days, play)
        }),
        { numRuns: 1, endOnFailure: true }
      )
    }
  )

  it('does not hide a row that is missing: reconcile finds it', { timeout: 120_000 }, async () => {
    const name = 'hidden'
    await world.sql(`CREATE TABLE ${name} (id VARCHAR); INSERT INTO ${name} VALUES ('a'), ('b')`)
    await world.sql(`CALL create_dynamo_sync('${name}', '${name}', '${name}', ARRAY_CONSTRUCT('ID'))`)
    await world.answer(`run_dynamo_sync('${name}')`)
    await world.remove(name, { ID: { S: 'b' } })
    expect(await world.answer(`run_dynamo_sync('${name}')`)).toMatchObject({ unchanged: 2, put: 0 })
    expect(await world.sql(`CALL reconcile_dynamo('${name}')`)).toEqual([
      { KEY: { ID: 'b' }, FINDING: 'missing' }
    ])
  })
})
