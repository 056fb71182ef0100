import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DayFault, faultyCall, liveThrough, month } from '../support/month-of-syncs.ts'
import { openSynced, type Synced } from '../support/synced.ts'

const months = 1
let world: Synced
let fault: DayFault = 'none'
const play = (next: DayFault): void => {
  fault = next
}

beforeAll(async () => {
  const tables = Array.from({ length: months + 1 }, (_, n) => `month${n}`)
  world = await openSynced(
    tables.map((name) => ({ name, keys: [{ name: 'ID', type: 'S' as const }] })),
    faultyCall(() => fault)
  )
})
afterAll(() => world.close())

describe('a month of changes, with faults in the runs', () => {
  it('ends with table = source and an audit that adds up', { timeout: 900_000 }, async () => {
    let lived = 0
    await fc.assert(
      fc.asyncProperty(month, async (days) => {
        await liveThrough(world, `month${lived++}`, days, play)
      }),
      { numRuns: months, endOnFailure: true }
    )
  })

  it('does not hide a row that is missing: reconcile finds it', { timeout: 120_000 }, async () => {
    const name = `month${months}`
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
