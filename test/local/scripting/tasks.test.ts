import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { scheduleOf } from '../../../api/local/tasks/schedule.ts'
import { rowsAsJson } from '../../../api/local/worksheet/rows-as-json.ts'
import { openWorksheet, type Worksheet } from '../../../api/local/worksheet/worksheet.ts'

let worksheet: Worksheet
let now = Date.parse('2026-11-27T10:00:00Z')
beforeEach(async () => {
  now = Date.parse('2026-11-27T10:00:00Z')
  worksheet = await openWorksheet({
    call: async () => [],
    threads: 1,
    clock: { now: () => new Date(now), wait: async () => {} }
  })
  await worksheet.run(
    'create table t (n number); create table seen (n number, at timestamp_ltz); create stream s on table t'
  )
})
afterEach(() => worksheet.close())

const rows = async (sql: string): Promise<readonly Record<string, unknown>[]> => {
  let last = '[]'
  await worksheet.run(sql, { onResult: (result) => (last = rowsAsJson(result)) })
  return JSON.parse(last) as Record<string, unknown>[]
}
const seen = async (): Promise<readonly unknown[]> =>
  (await rows('select n from seen order by at, n')).map(({ N }) => N)
const pass = async (minutes: number): Promise<void> => {
  now += minutes * 60_000
  await worksheet.settleTasks()
}

// https://docs.snowflake.com/en/user-guide/tasks-triggered
describe('a triggered task', () => {
  beforeEach(() =>
    worksheet.run(
      "create task k warehouse = w when system$stream_has_data('s') as insert into seen select n, current_timestamp() from s where metadata$action = 'INSERT'"
    )
  )

  it('runs after a statement that gives its stream data, once it is started', async () => {
    await worksheet.run('insert into t values (1)')
    expect(await seen()).toEqual([])
    await worksheet.run('alter task k resume')
    expect(await seen()).toEqual([1])
    await worksheet.run('insert into t values (2)')
    expect(await seen()).toEqual([1, 2])
    await worksheet.run('alter task k suspend; insert into t values (3)')
    expect(await seen()).toEqual([1, 2])
  })

  it('not before the transaction has committed', async () => {
    await worksheet.run('alter task k resume; begin; insert into t values (1)')
    expect(worksheet.taskHistory).toEqual([])
    await worksheet.run('commit')
    expect(await seen()).toEqual([1])
    expect(worksheet.taskHistory).toMatchObject([{ name: 'K', state: 'SUCCEEDED' }])
  })

  it('suspends itself after failures in a row, and says why', async () => {
    await worksheet.run('alter task k set suspend_task_after_num_failures = 2')
    await worksheet.run('alter task k resume; drop table seen; insert into t values (1)')
    expect(worksheet.taskHistory.map(({ state }) => state)).toEqual(['FAILED'])
    await worksheet.settleTasks()
    expect((await rows("show tasks like 'k'"))[0]).toMatchObject({
      state: 'suspended',
      last_suspended_reason: 'SUSPENDED_DUE_TO_ERRORS'
    })
    expect(worksheet.taskHistory.map(({ state }) => state)).toEqual(['FAILED', 'FAILED'])
    expect(worksheet.taskHistory[0]?.message).toContain("'SEEN' does not exist")
  })
})

describe('a scheduled task', () => {
  it('runs when its interval has passed since it was started, or since its last run', async () => {
    await worksheet.run(
      "create task k warehouse = w schedule = '10 MINUTES' as insert into seen values (1, current_timestamp())"
    )
    await pass(60)
    await worksheet.run('alter task k resume')
    await pass(9)
    expect(await seen()).toEqual([])
    await pass(1)
    expect(await seen()).toEqual([1])
    await pass(9)
    expect(await seen()).toEqual([1])
    await pass(60)
    expect(await seen()).toEqual([1, 1])
  })

  it('with a condition runs only when it holds', async () => {
    await worksheet.run(
      "create task k schedule = '1 MINUTE' when system$stream_has_data('s') as insert into seen select n, current_timestamp() from s; alter task k resume"
    )
    await pass(5)
    expect(worksheet.taskHistory).toEqual([])
    await worksheet.run('insert into t values (1)')
    await pass(5)
    expect(await seen()).toEqual([1])
  })

  it.each([
    ['1 HOUR', '2026-11-27T11:00:00.000Z'],
    ['90 s', '2026-11-27T10:01:30.000Z'],
    ['USING CRON 0 6 * * * UTC', '2026-11-28T06:00:00.000Z'],
    ['USING CRON */20 * * * * UTC', '2026-11-27T10:20:00.000Z'],
    ['USING CRON 30 8 * * MON-WED Europe/Berlin', '2026-11-30T07:30:00.000Z'],
    ['USING CRON 0 0 29 FEB * UTC', '2028-02-29T00:00:00.000Z']
  ])('%s is due at %s', (schedule, due) => {
    expect(scheduleOf(schedule)(new Date('2026-11-27T10:00:00Z')).toISOString()).toBe(due)
  })

  it.each([
    '5 SECONDS',
    '11521 MINUTES',
    '0 MINUTES',
    'every day',
    'USING CRON 0 6 * * UTC',
    'USING CRON 61 * * * * UTC',
    'USING CRON 0 6 * * * Nowhere/At_All'
  ])('not: %s', async (schedule) => {
    await expect(worksheet.run(`create task k schedule = '${schedule}' as select 1`)).rejects.toThrow(
      /invalid (value|time zone)/
    )
  })
})

describe('EXECUTE TASK', () => {
  it('runs a task once, started or not, when the statement that asks has ended', async () => {
    await worksheet.run('create task k as insert into seen values (1, current_timestamp())')
    await worksheet.run(
      'create procedure p() returns varchar language sql as $$ begin execute task k; return (select count(*) from seen); end $$'
    )
    expect(await rows('call p()')).toEqual([{ P: '0' }])
    expect(await seen()).toEqual([1])
  })

  it('is skipped when its condition does not hold', async () => {
    await worksheet.run(
      "create task k when system$stream_has_data('s') as insert into seen values (1, null); execute task k"
    )
    expect(worksheet.taskHistory).toMatchObject([
      { state: 'SKIPPED', message: 'Conditional expression for task evaluated to false.' }
    ])
    await expect(worksheet.run('execute task nobody')).rejects.toThrow("Task 'NOBODY' does not exist")
  })

  it('tells what the task failed of, and the script goes on', async () => {
    await worksheet
      .run(
        'create procedure p() returns varchar language sql as $$ begin transaction; begin select 1 / 0; end; $$'
      )
      .catch(() => undefined)
    await worksheet.run(
      'create task k as insert into seen select 1 / 0, null; execute task k; insert into seen values (2, null)'
    )
    expect(worksheet.taskHistory).toMatchObject([{ state: 'FAILED', message: 'Division by zero' }])
    expect(await seen()).toEqual([2])
  })
})

describe('SHOW TASKS', () => {
  it('tells schedule, condition, state, for RESULT_SCAN as well', async () => {
    await worksheet.run(
      "create or replace task k warehouse = w schedule = '10 MINUTES' user_task_timeout_ms = 1000 comment = 'mine' as call p()"
    )
    await worksheet.run('show tasks')
    expect(
      await rows(
        'select "name", "state", "schedule", "definition", "comment" from table(result_scan(last_query_id())) where "name" = \'K\''
      )
    ).toEqual([
      { name: 'K', state: 'suspended', schedule: '10 MINUTES', definition: 'call p()', comment: 'mine' }
    ])
    await worksheet.run('drop task k; drop task if exists k')
    expect(await rows("show tasks like 'k'")).toEqual([])
  })

  it.each([
    ['create task k after other as select 1', 'A task with AFTER'],
    ["create task k schdule = '1 MINUTE' as select 1", 'A task with SCHDULE'],
    ['alter task nobody resume', "Task 'NOBODY' does not exist"],
    ['drop task nobody', "Task 'NOBODY' does not exist"]
  ])('refuses %s', async (sql, message) => {
    await expect(worksheet.run(sql)).rejects.toThrow(message)
  })
})
