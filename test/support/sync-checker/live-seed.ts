import assert from 'node:assert/strict'
import { dice } from '../../../api/local/simulate/dice.ts'
import { changeSource, createSource, expectedItems } from './checked-source.ts'
import type { CheckedWorksheet } from './checked-worksheet.ts'
import { type CheckedSync, type Chooser, chooser, chooseSync } from './chosen-sync.ts'
import { callFaults } from './fake-service.ts'
import { untilQuiet } from './quiet.ts'

type Answer = Readonly<Record<string, unknown>>

/** A CALL that may be refused or fail: what it said. */
const attempt = async (work: Promise<unknown>): Promise<string | undefined> => {
  try {
    await work
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

const refusals =
  /is at work|under way|cut off|another run took|Request failed|did not answer in time|a chunk cannot be read|already exists|there is no sync/

/** What somebody does while a run is at work. */
const others = (sync: CheckedSync, world: CheckedWorksheet, choose: Chooser): (() => Promise<void>) => {
  const { name } = sync
  const calls = [
    `run_dynamo_sync('${name}')`,
    `run_dynamo_sync('${name}', object_construct('fail', true))`,
    `preview_dynamo_sync('${name}')`,
    `pause_dynamo_sync('${name}')`,
    `resume_dynamo_sync('${name}')`,
    `reconcile_dynamo('${name}')`,
    `sweep_dynamo_syncs()`,
    `alter_dynamo_sync('${name}', object_construct('bulk_above', 2))`,
    `drop_dynamo_sync('${name}')`
  ]
  const does = choose.one(['call', 'call', 'force', 'late', 'change', 'resend'] as const)
  const call = choose.one(calls)
  const seed = choose.whole(1, 1e9)
  return async () => {
    const say = async (text: string): Promise<void> => {
      const said = await attempt(world.beside(`CALL ${text}`))
      assert.ok(said === undefined || refusals.test(said), `${text}: ${said}`)
    }
    if (does === 'late') world.pass(90)
    if (does === 'force') await say(`resume_dynamo_sync('${name}', object_construct('force', true))`)
    if (does === 'change') await changeSource(name, chooser(dice(seed)), world.beside)
    else if (does === 'resend') await say(`run_dynamo_sync('${name}', object_construct('resend', true))`)
    else await say(does === 'call' || call.startsWith('drop') === false ? call : `run_dynamo_sync('${name}')`)
  }
}

/** The counts of a run add up to what it was to send, and complete means that nothing waits. */
const checkRow = (row: Answer): void => {
  const sum = ['WRITTEN', 'DELETED', 'SUPERSEDED', 'STALE', 'REJECTED', 'UNPROCESSED'].reduce(
    (total, end) => total + Number(row[end]),
    0
  )
  const sent = Number(row.PUT) + Number(row.DELETE)
  if (row.STATE === 'complete') {
    assert.equal(Number(row.UNPROCESSED), 0, JSON.stringify(row))
    // Equal items of an adopted table count as unchanged.
    assert.ok(sum <= sent && sum + Number(row.UNCHANGED) >= sent, JSON.stringify(row))
  } else if (row.STATE !== 'skipped' && sum !== 0) {
    assert.ok(sum <= sent && sum + Number(row.UNCHANGED) >= sent, JSON.stringify(row))
  }
}

/**
 * Lives one seed and checks what must hold at its end: the same story each time, but for what two sessions do at once.
 *
 * @param loadDice how often each load says that it is running
 * @throws AssertionError naming what does not hold
 */
export const liveSeed = async (
  seed: number,
  world: CheckedWorksheet,
  loadDice: () => number = dice(seed)
): Promise<string> => {
  const choose = chooser(dice(seed * 7919 + 13))
  for (let warm = 0; warm < 5; warm += 1) choose.random()
  const sync = chooseSync(seed, choose)
  const { name } = sync
  await world.reset(loadDice)
  const items = world.service.itemsOf(name)
  const story: string[] = [
    `${sync.capture}${sync.mirror ? ' mirror' : ''} ${sync.schedule ?? 'by hand'} ${sync.options}`
  ]
  const told = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      throw new Error(`seed ${seed}\n  ${story.join('\n  ')}\n${(error as Error).stack}`)
    }
  }

  const checkTable = async (when: string): Promise<void> => {
    const expected = await expectedItems(name, world.sql)
    for (const [key, item] of expected)
      if (item !== undefined) assert.equal(items.get(key), item, `${when}: item ${key}`)
    if (sync.mirror)
      for (const key of items.keys())
        assert.ok(expected.has(key), `${when}: ${key} is gone from the source and not from the table`)
  }

  const create = () =>
    world.sql(
      `CALL create_dynamo_sync('${name}', '${name}_source', '${name}', array_construct('ID'), object_construct(${sync.options}))`
    )

  const step = async (): Promise<void> => {
    await changeSource(name, choose, world.sql)
    world.pass(choose.whole(1, 12))
    const fault = choose.chance(0.4) ? choose.one(callFaults) : 'none'
    world.service.loadsTake(choose.whole(0, 2), choose.chance(0.15))
    const kind = choose.one(['calm', 'cut off', 'cut off', 'other', 'other', 'other'] as const)
    const after = choose.whole(1, 125)
    const isInPush = kind === 'other' && choose.chance(0.2)
    story.push(`${fault}; ${kind} ${isInPush ? 'in the push' : `after ${after}`}`)
    const what = kind === 'other' ? others(sync, world, choose) : ('cut off' as const)
    world.service.play(fault)
    world.disturb(kind === 'calm' || isInPush ? undefined : { after, what })
    // What is wrong then is no error of the push.
    let wrong: unknown
    if (isInPush && what !== 'cut off')
      world.service.beforePush(async () => {
        wrong = await what().catch((error: unknown) => error)
      })
    const said =
      sync.schedule === 'on change'
        ? await attempt(world.settleTasks())
        : await attempt(world.sql(`CALL run_dynamo_sync('${name}')`))
    await world.calm()
    if (wrong !== undefined) throw wrong
    world.service.beforePush(undefined)
    world.service.play('none')
    story.push(`  said ${said}`)
    assert.ok(said === undefined || refusals.test(said), said)
    if (kind === 'cut off') world.pass(choose.whole(0, 90))
    // Somebody dropped it while no run held it: what it had sent nobody knows any more.
    if ((await world.sql(`SELECT 1 AS n FROM dynamo_syncs WHERE sync = '${name}'`)).length === 0) {
      items.clear()
      await create()
    }
  }

  const live = async (): Promise<void> => {
    if (choose.chance(0.1)) await world.sql('DELETE FROM dynamo_audit_day_counts')
    await createSource(name, choose, world.sql)
    await create()
    const steps = choose.whole(1, 3)
    for (let at = 0; at < steps; at += 1) await step()

    story.push('quiet')
    await untilQuiet(sync, world)
    await checkTable('after quiet')
    world.pass(6)
    await world.settleTasks()
    const tasks = await world.sql("SHOW TASKS LIKE 'DYNAMO_SYNC_SWEEP'")
    assert.equal(tasks[0]?.state, 'suspended', 'the sweep rests')
    for (const row of await world.sql(`SELECT * FROM dynamo_sync_runs WHERE sync = '${name}'`)) {
      assert.ok(!['running', 'loading'].includes(String(row.STATE)), JSON.stringify(row))
      checkRow(row)
    }
    const left = [
      'open_runs',
      'source',
      'lookups',
      'sending',
      'results',
      'load_counts',
      'checks',
      'findings',
      'inbox'
    ]
    for (const table of left) {
      const [count] = await world.sql(
        `SELECT count(*) AS n FROM dynamo_sync_${table} WHERE sync_name = '${name}'`
      )
      assert.equal(Number(count?.N), 0, `rows left in dynamo_sync_${table}`)
    }
  }
  try {
    await told(live())
  } finally {
    await world.calm().catch(() => undefined)
    world.disturb(undefined)
    await attempt(world.sql(`DROP TABLE ${name}_rows`))
  }
  return story.join(' | ')
}
