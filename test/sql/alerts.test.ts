import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { cutStatements } from '../../api/setup/cut-statements.ts'
import { exampleAccount, usualChoiceOf, variablesOf } from '../../api/setup/setup-settings.ts'
import { readSettings } from '../../infra/settings.ts'
import { openSynced, type Synced } from '../support/synced.ts'

// The alert as it ships: its condition, its view and its procedure run in the worksheet; what it would send is kept in a table.

// Each CALL runs some twenty statements.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const variablesWith = (alerts: object) =>
  variablesOf(
    { ...usualChoiceOf('push_to_dynamo'), ...exampleAccount },
    readSettings({ tables: { create: { orders: 'id:S' } }, snowflake: { alerts } as never })
  )
const statementsOf = async (script: string, alerts: object = { mail: 'on-call@example.com' }) => {
  const text = await readFile(new URL(`../../sql/optional/${script}.sql`, import.meta.url), 'utf8')
  return cutStatements(text.replaceAll('<% database %>.<% schema %>.', ''), variablesWith(alerts)).filter(
    (statement) => !/^(use|grant)/.test(statement)
  )
}
const sentBy = `
CREATE OR REPLACE TABLE sent (message VARCHAR, target VARCHAR);
CREATE OR REPLACE PROCEDURE system$send_snowflake_notification(message VARCHAR, target VARCHAR)
    RETURNS VARCHAR LANGUAGE SQL AS
    $$
BEGIN
    INSERT INTO sent SELECT :message, :target;
    RETURN NULL;
END
$$`

let world: Synced
let condition: string
beforeAll(async () => {
  world = await openSynced([{ name: 'orders', keys: [{ name: 'id', type: 'S' }] }])
  await world.sql(sentBy)
  for (const script of ['871_told_matters', '872_dynamo_untold', '873_tell_dynamo_attention'])
    await world.sql((await statementsOf(script)).join(';\n'))
  const [alert = ''] = await statementsOf('876_dynamo_alert')
  condition = /if \(exists \((.*)\)\)\s+then/s.exec(alert)?.[1] ?? ''
  expect(/then\s+(.*)$/s.exec(alert)?.[1]).toBe('call tell_dynamo_attention()')
})
afterAll(() => world.close())

const silent = 'does not fire'
/** What the alert would do now. @returns the messages that it sent, or that it does not fire */
const tick = async (): Promise<readonly unknown[] | typeof silent> => {
  await world.sql('DELETE FROM sent')
  if ((await world.sql(condition)).length === 0) return silent
  await world.sql('CALL tell_dynamo_attention()')
  return (await world.sql('SELECT message FROM sent')).map(({ MESSAGE }) => JSON.parse(String(MESSAGE)))
}

const sync = (name: string, columns: Readonly<Record<string, string>>): string => {
  const all: Readonly<Record<string, string>> = {
    sync_name: `'${name}'`,
    source: `'ORDERS_SOURCE'`,
    target_table: `'orders'`,
    key_columns: `'["ID"]'`,
    capture: `'diff'`,
    mirror: 'FALSE',
    is_paused: 'FALSE',
    created_at: `DATEADD('hour', -3, CURRENT_TIMESTAMP())`,
    ...columns
  }
  return `INSERT INTO dynamo_sync_definitions (${Object.keys(all).join(', ')}) SELECT ${Object.values(all).join(', ')}`
}
const everyTenMinutes = {
  schedule: `'10 minutes'`,
  interval_seconds: '600',
  looked_at: 'CURRENT_TIMESTAMP()'
}
const task = (name: string) =>
  `CREATE OR REPLACE TASK dynamo_sync_task_${name} WAREHOUSE = local SCHEDULE = '10 MINUTES' AS SELECT 1`
const now = 'CURRENT_TIMESTAMP()'

describe('the alert', () => {
  it('is silent while nothing needs a person', async () => {
    expect(await tick()).toBe(silent)
  })

  it('fires for what needs a person, tells each matter once with its mend, and again when it comes back', async () => {
    const arranged = [
      sync('failed', { last_state: `'failed'`, last_ended_at: now }),
      sync('late', { ...everyTenMinutes, last_state: `'incomplete'`, last_ended_at: now }),
      `${task('late')}; ALTER TASK dynamo_sync_task_late RESUME`,
      sync('halted', everyTenMinutes),
      task('halted'),
      // A sync that is complete is overdue, too, when its task no longer comes.
      sync('resting', {
        ...everyTenMinutes,
        last_state: `'complete'`,
        last_ended_at: `DATEADD('hour', -1, ${now})`,
        last_complete_at: `DATEADD('hour', -1, ${now})`
      }),
      `${task('resting')}; ALTER TASK dynamo_sync_task_resting RESUME`,
      sync('streamed', { capture: `'stream'` }),
      sync('aside', {}),
      `INSERT INTO dynamo_sync_failed (sync_name, item_key, has_key, change_kind, status, code, failed_at)
       SELECT 'aside', '{"ID":"a"}', TRUE, 'put', 'rejected', 'key_type', ${now}`
    ]
    await world.sql(arranged.join(';\n'))
    const [message, ...more] = (await tick()) as unknown as ReadonlyArray<{ 'text/plain': string }>
    expect(more).toEqual([])
    const lines = (message?.['text/plain'] ?? '').split('\n')
    expect(lines.filter((line) => /^\d/.test(line)).map((line) => line.split(' ').slice(1, 3))).toEqual([
      ['stream_gone', 'streamed'],
      ['sync_failed', 'failed'],
      ['task_suspended', 'halted'],
      ['sync_overdue', 'late'],
      ['sync_overdue', 'resting'],
      ['rows_aside', 'aside']
    ])
    expect(lines.filter((line) => /^ {2}mend: /.test(line))).toHaveLength(6)
    expect(lines.at(-1)).toBe('SELECT * FROM dynamo_attention;')
    expect(await tick()).toBe(silent)

    await world.sql(
      `UPDATE dynamo_sync_definitions SET last_state = 'complete' WHERE sync_name = 'failed'; CALL tell_dynamo_attention()`
    )
    await world.sql(`UPDATE dynamo_sync_definitions SET last_state = 'failed' WHERE sync_name = 'failed'`)
    expect(JSON.stringify(await tick())).toMatch(/^\[{"text\/plain":"1 sync_failed failed [^\n]*$/)

    await world.sql(
      'DELETE FROM dynamo_sync_definitions; DELETE FROM dynamo_sync_failed; DELETE FROM dynamo_told'
    )
  })

  it('fires for a stream that goes stale within a day, not for one that has more time', async () => {
    const left = (hours: number) => ({
      capture: `'stream'`,
      stream_state: `'fresh'`,
      looked_at: now,
      stale_after: `DATEADD('hour', ${hours}, ${now})`
    })
    await world.sql(`${sync('fresh', left(30))}; ${sync('ageing', left(20))}`)
    expect(await world.sql('SELECT kind, subject FROM dynamo_untold')).toEqual([
      { KIND: 'stream_stale', SUBJECT: 'ageing' }
    ])
    await world.sql('DELETE FROM dynamo_sync_definitions')
  })

  it('sums up a day of the audit that nobody else sums up, once', async () => {
    await world.sql(`
      INSERT INTO load_events (event, file_name, file_row, loaded_at)
      SELECT
        OBJECT_CONSTRUCT('event', 'pushed', 'table', 'orders', 'query_id', 'q', 'at', '2026-11-26T10:00:00.000Z', 'read', 3, 'written', 3),
        'pushes', 1, DATEADD('hour', -2, ${now})`)
    expect(await tick()).toEqual([])
    expect(await world.sql('SELECT day, activity, written FROM dynamo_audit_day_counts')).toEqual([
      { DAY: '2026-11-26', ACTIVITY: 'push', WRITTEN: 3 }
    ])
    expect(await tick()).toBe(silent)
  })

  it('tells again what could not be sent', async () => {
    await world.sql(sync('failed', { last_state: `'failed'`, last_ended_at: now }))
    await world.sql('DROP TABLE sent')
    await expect(world.sql('CALL tell_dynamo_attention()')).rejects.toThrow()
    await world.sql(sentBy)
    expect(await tick()).toHaveLength(1)
  })

  it('looks at tasks and streams itself where nobody has for two hours', async () => {
    await world.sql(
      `DELETE FROM dynamo_sync_definitions; DELETE FROM dynamo_told; ${sync('unseen', { ...everyTenMinutes, created_at: now })}`
    )
    await world.sql(`${task('unseen')}; ALTER TASK dynamo_sync_task_unseen RESUME`)
    expect(await tick()).toBe(silent)
    await world.sql(`UPDATE dynamo_sync_definitions SET looked_at = DATEADD('hour', -3, ${now})`)
    expect(await tick()).toEqual([])
    expect(await tick()).toBe(silent)
  })
})

describe('where it is sent', () => {
  it('by mail as text, or as JSON to an integration of your own', async () => {
    await world.sql(sync('failed', { last_state: `'failed'`, last_ended_at: now }))
    await tick()
    const [mail] = await world.sql('SELECT target FROM sent')
    expect(JSON.parse(String(mail?.TARGET))).toEqual({
      push_to_dynamo_mail: { subject: 'push_to_dynamo: needs a person', toAddress: ['on-call@example.com'] }
    })

    const own = { integration: 'pager', content: 'application/json' }
    await world.sql((await statementsOf('873_tell_dynamo_attention', own)).join(';'))
    await world.sql('DELETE FROM dynamo_told; DELETE FROM sent; CALL tell_dynamo_attention()')
    const [{ MESSAGE, TARGET } = {}] = await world.sql('SELECT message, target FROM sent')
    expect(TARGET).toBe('{"pager":{}}')
    const matters = JSON.parse(JSON.parse(String(MESSAGE))['application/json'])
    expect(matters).toEqual([
      expect.objectContaining({ kind: 'sync_failed', subject: 'failed', table: 'orders' })
    ])
  })
})
