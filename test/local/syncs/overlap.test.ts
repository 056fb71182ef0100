import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { someOf } from '../../support/extent.ts'
import { type CheckedWorksheet, openChecked } from '../../support/sync-checker/checked-worksheet.ts'

// Each CALL runs a hundred statements.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

// Runs that are cut off, overlap or fail: nothing is lost, nothing stands still, and no answer says more than is true.

let world: CheckedWorksheet
beforeAll(async () => {
  world = await openChecked()
})
beforeEach(async () => {
  await world.reset()
  await world.sql('CREATE OR REPLACE TABLE src (id VARCHAR, n NUMBER(38,2))')
})
afterAll(() => world.close())

const create = (options: string) =>
  world.sql(
    `CALL create_dynamo_sync('s', 'SRC', 't', ARRAY_CONSTRUCT('ID'), OBJECT_CONSTRUCT('mirror', TRUE, 'max_delete_share', 1, ${options}))`
  )
const keys = () => [...world.service.itemsOf('t').keys()].toSorted()
const answerOf = (rows: readonly Readonly<Record<string, unknown>>[]) =>
  Object.values(rows[0] ?? {})[0] as Readonly<Record<string, unknown>>
const afterThePush = (sql: string): boolean => /^insert into dynamo_sync_results/i.test(sql)

const taskState = async (name: string) => (await world.sql(`SHOW TASKS LIKE '${name}'`))[0]?.state

describe('two runs of one stream sync', () => {
  it('lose no change, and none of them says complete where it wrote nothing', {
    timeout: 300_000
  }, async () => {
    await create("'capture', 'stream'")
    await world.sql("CALL run_dynamo_sync('s')")
    // After it has sent, and before it has read; `npm run prove:syncs` tries all places.
    for (const [place, after] of someOf([afterThePush, 20], 1).entries()) {
      await world.sql(`INSERT INTO src VALUES ('a${place}', 1), ('b${place}', 2)`)
      world.disturb({
        after,
        what: async () => {
          await world.beside(`INSERT INTO src VALUES ('c${place}', 3)`)
          await world.beside("CALL resume_dynamo_sync('s', OBJECT_CONSTRUCT('force', TRUE))")
          await world.beside("CALL run_dynamo_sync('s')")
        }
      })
      // It may find before it has begun that the other took over.
      await world.sql("CALL run_dynamo_sync('s')").catch((error: Error) => {
        expect(error.message).toContain('another run took sync s over')
      })
      await world.calm()
      await world.sql("CALL run_dynamo_sync('s')")
      for (const key of [`a${place}`, `b${place}`, `c${place}`]) expect(keys()).toContain(key)
    }
    const runs = await world.sql(
      'SELECT "PUT", written, unprocessed FROM dynamo_sync_runs WHERE state = \'complete\''
    )
    for (const run of runs) expect(run).toMatchObject({ WRITTEN: run.PUT, UNPROCESSED: 0 })
  })
})

describe('a run that reads while its sync is taken from it', () => {
  it.each([
    ['another run takes it over', "resume_dynamo_sync('s', OBJECT_CONSTRUCT('force', TRUE))", 1],
    ['the sync is dropped', "drop_dynamo_sync('s', OBJECT_CONSTRUCT('force', TRUE))", 0]
  ])('leaves nothing behind when %s', async (_, call, runs) => {
    await create("'capture', 'diff'")
    await world.sql("INSERT INTO src VALUES ('a', 1), ('b', 2)")
    world.disturb({
      after: (sql) => /insert into dynamo_sync_source/.test(sql) && !/^insert/.test(sql),
      what: async () => {
        await world.beside(`CALL ${call}`)
        if (runs > 0) await world.beside("CALL run_dynamo_sync('s')")
      }
    })
    const [answer] = await world.sql("CALL run_dynamo_sync('s')")
    await world.calm()
    expect(answerOf([answer ?? {}])).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('another run took sync s over')
    })
    for (const table of ['source', 'lookups', 'sending', 'results', 'open_runs'])
      expect(await world.sql(`SELECT * FROM dynamo_sync_${table}`), table).toEqual([])
    expect(keys()).toEqual(runs > 0 ? ['a', 'b'] : [])
  })
})

describe('a run that sends after its sync was taken from it', () => {
  it('may have overwritten what is newer: the sweep looks again, without a change in the source', async () => {
    await create("'capture', 'stream', 'schedule', 'on change'")
    await world.sql("CALL run_dynamo_sync('s')")
    world.service.beforePush(async () => {
      await world.beside("UPDATE src SET n = 2 WHERE id = 'a'")
      await world.beside("CALL resume_dynamo_sync('s', OBJECT_CONSTRUCT('force', TRUE))")
      await world.beside("CALL run_dynamo_sync('s')")
    })
    await world.sql("INSERT INTO src VALUES ('a', 1)")
    await world.settleTasks()
    for (let looks = 0; looks < 3 && (await taskState('DYNAMO_SYNC_SWEEP')) === 'started'; looks += 1) {
      world.pass(6)
      await world.settleTasks()
    }
    expect(JSON.parse(world.service.itemsOf('t').get('a') ?? '')).toMatchObject({ N: 2 })
    expect(await world.sql('SELECT * FROM dynamo_sync_results')).toEqual([])
    expect(await taskState('DYNAMO_SYNC_SWEEP')).toBe('suspended')
  })

  it('leaves nothing to a new sync of that name when it was dropped', async () => {
    await create("'capture', 'diff'")
    await world.sql("INSERT INTO src VALUES ('a', 1)")
    world.service.beforePush(async () => {
      await world.beside("CALL drop_dynamo_sync('s', OBJECT_CONSTRUCT('force', TRUE))")
    })
    await world.sql("CALL run_dynamo_sync('s')")
    expect(await world.sql('SELECT * FROM dynamo_sync_results')).toEqual([])
    expect(await taskState('DYNAMO_SYNC_SWEEP')).toBe('suspended')
  })
})

describe('a drop that is cut off', () => {
  it('leaves nothing that a new sync of that name takes for sent', async () => {
    await create("'capture', 'diff'")
    await world.sql("INSERT INTO src VALUES ('a', 1)")
    await world.sql("CALL run_dynamo_sync('s')")
    world.disturb({ after: (sql) => /^delete from dynamo_sync_definitions/.test(sql), what: 'cut off' })
    await expect(world.sql("CALL drop_dynamo_sync('s')")).rejects.toThrow('cut off')
    await world.calm()
    await world.sql("CALL drop_dynamo_sync('s')").catch(() => undefined)
    world.service.itemsOf('t').clear()
    await create("'capture', 'diff'")
    expect(answerOf(await world.sql("CALL run_dynamo_sync('s')"))).toMatchObject({ put: 1, written: 1 })
    expect(keys()).toEqual(['a'])
  })
})

describe('an on change sync', () => {
  it('sends what an outage left without a change in the source, then rests; and what a run left that was cut off', async () => {
    await create("'capture', 'stream', 'schedule', 'on change'")
    // The first run compares what was there before the stream.
    await world.sql("CALL run_dynamo_sync('s')")
    world.service.play('fails')
    await world.sql("INSERT INTO src VALUES ('a', 1)")
    await world.settleTasks()
    expect(keys()).toEqual([])
    expect(await taskState('DYNAMO_SYNC_SWEEP')).toBe('started')
    world.service.play('none')
    world.pass(6)
    await world.settleTasks()
    expect(keys()).toEqual(['a'])
    expect(await taskState('DYNAMO_SYNC_SWEEP')).toBe('suspended')

    // A run that is cut off does not stop it for good: calls in between are skipped, not failures.
    world.disturb({ after: afterThePush, what: 'cut off' })
    await world.sql("INSERT INTO src VALUES ('c', 1)")
    await world.settleTasks()
    await world.calm()
    for (let minute = 0; minute < 12; minute += 1) {
      await world.sql(`INSERT INTO src VALUES ('b${minute}', 1)`)
      world.pass(1)
      await world.settleTasks()
    }
    expect(await taskState('DYNAMO_SYNC_TASK_S')).toBe('started')
    world.pass(61)
    await world.settleTasks()
    world.pass(6)
    await world.settleTasks()
    expect(keys()).toHaveLength(14)
    expect(await world.sql("SELECT count(*) AS n FROM dynamo_sync_runs WHERE state = 'skipped'")).toEqual([
      { N: expect.any(Number) }
    ])
    // It had sent its row, and was answered.
    expect(
      await world.sql(
        "SELECT failure_code, written, unprocessed FROM dynamo_sync_runs WHERE failure_code = 'cut_off'"
      )
    ).toEqual([{ FAILURE_CODE: 'cut_off', WRITTEN: 1, UNPROCESSED: 0 }])
  })
})

describe('two syncs', () => {
  it('do not wait for each other while one reads its source', async () => {
    await create("'capture', 'stream'")
    await world.sql(
      "INSERT INTO src VALUES ('a', 1); CREATE TABLE other (id VARCHAR); INSERT INTO other VALUES ('x')"
    )
    await world.sql("CALL create_dynamo_sync('o', 'OTHER', 'o', ARRAY_CONSTRUCT('ID'))")
    let waits = 0
    world.onWait(() => {
      waits += 1
    })
    for (const call of ['run_dynamo_sync', 'preview_dynamo_sync'])
      await world.disturbedBy(
        `CALL ${call}('s')`,
        (sql) => /insert into dynamo_sync_(inbox|source|stream_rows)|execute immediate :statement/.test(sql),
        async () => {
          expect(answerOf(await world.beside("CALL run_dynamo_sync('o')"))).toMatchObject({
            state: 'complete'
          })
        }
      )
    expect(waits).toBe(0)
  })
})

describe('rows that share a key, by stream', () => {
  it('one of them gone deletes nothing that still stands there', async () => {
    await create("'capture', 'stream'")
    await world.sql("INSERT INTO src VALUES ('k', 1), ('k', 2)")
    await world.sql("CALL run_dynamo_sync('s')")
    await world.sql('DELETE FROM src WHERE n = 2')
    await world.sql("CALL run_dynamo_sync('s')")
    expect(JSON.parse(world.service.itemsOf('t').get('k') ?? '{}')).toMatchObject({ N: 1 })
    await world.sql("INSERT INTO src VALUES ('k', 0)")
    await world.sql("CALL run_dynamo_sync('s')")
    expect(JSON.parse(world.service.itemsOf('t').get('k') ?? '{}')).toMatchObject({ N: 1 })
    await world.sql('DELETE FROM src')
    await world.sql("CALL run_dynamo_sync('s')")
    expect(keys()).toEqual([])
  })
})
