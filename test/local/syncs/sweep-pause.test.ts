import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CheckedWorksheet, openChecked } from '../../support/sync-checker/checked-worksheet.ts'

let world: CheckedWorksheet
beforeAll(async () => {
  world = await openChecked()
  await world.reset()
  await world.sql("CREATE OR REPLACE TABLE src AS SELECT 'a' AS id, 1 AS n")
  await world.sql("CALL create_dynamo_sync('s', 'SRC', 't', ARRAY_CONSTRUCT('ID'))")
})
afterAll(() => world.close())

const runs = async (): Promise<number> =>
  Number((await world.sql('SELECT count(*) AS n FROM dynamo_sync_log'))[0]?.N)
const sweep = async (minutes: number): Promise<void> => {
  world.pass(minutes)
  await world.sql('CALL sweep_dynamo_syncs()')
}

describe('a sync whose push goes on failing', () => {
  it('is tried again at the next sweep, then more and more rarely, and at once when a person resumes it', async () => {
    world.service.play('fails')
    await world.sql("CALL run_dynamo_sync('s')")
    await sweep(5)
    expect(await runs()).toBe(2)
    // It has failed for five minutes when it is tried again, for an hour and more later.
    await sweep(60)
    expect(await runs()).toBe(3)
    await sweep(10)
    expect(await runs()).toBe(3)
    await sweep(10)
    expect(await runs()).toBe(4)
    world.service.play('none')
    await world.sql("CALL alter_dynamo_sync('s', OBJECT_CONSTRUCT('bulk_above', 5))")
    expect(await world.sql('SELECT failing_since FROM dynamo_sync_definitions')).toEqual([
      { FAILING_SINCE: null }
    ])
    await world.sql("CALL resume_dynamo_sync('s')")
    await sweep(0)
    expect([...world.service.itemsOf('t').keys()]).toEqual(['a'])
    // From then on a failure is a first one again.
    await world.sql('UPDATE src SET n = 2')
    world.service.play('fails')
    await world.sql("CALL run_dynamo_sync('s')")
    const before = await runs()
    await sweep(5)
    expect(await runs()).toBe(before + 1)
  })
})
