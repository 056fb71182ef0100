import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import type { CheckedWorksheet } from './checked-worksheet.ts'
import type { CheckedSync } from './chosen-sync.ts'

/** So many times 22 minutes pass, at most. */
const mostRounds = 8
/** From then on loads have ended when they are asked for: see `untilQuiet`. */
const quickLoadsFrom = 3

/**
 * Nobody disturbs and nothing fails any more: by hand somebody calls, with a schedule the tasks do all of it, until the
 * sync is at rest at two looks in a row. A sync that sends everything by bulk begins a load with each of its runs, and is at
 * rest only between two of them: each load must be settled by the next round but one, and at last loads end at once.
 *
 * @throws AssertionError if it does not come to rest, or if a load is not settled
 */
export const untilQuiet = async ({ name, schedule }: CheckedSync, world: CheckedWorksheet): Promise<void> => {
  await world.calm()
  world.disturb(undefined)
  world.service.play('none')
  world.service.loadsTake(1, false)
  await world.sql(`CALL resume_dynamo_sync('${name}')`)
  const atRest = { WAITING: 0, LOADING_RUN: null, HELD_BY_RUN: null, LAST_STATE: 'complete', STATE: 'active' }
  const loads: unknown[] = []
  let restful = 0
  let seen: unknown
  for (let round = 0; round < mostRounds && restful < 2; round += 1) {
    if (round === quickLoadsFrom) world.service.loadsTake(0, false)
    world.pass(22)
    await world.settleTasks()
    if (schedule === null) await world.sql(`CALL run_dynamo_sync('${name}')`).catch(() => undefined)
    const [look] = await world.sql(
      `SELECT waiting, loading_run, held_by_run, last_state, state FROM dynamo_syncs WHERE sync = '${name}'`
    )
    seen = look
    const loading = look?.LOADING_RUN
    assert.ok(loading === null || loading !== loads.at(-2), `load ${loading} is not settled`)
    loads.push(loading)
    restful = isDeepStrictEqual(look, atRest) ? restful + 1 : 0
  }
  assert.deepEqual(seen, atRest)
}
