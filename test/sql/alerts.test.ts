import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cutStatements } from '../../api/setup/cut-statements.ts'
import { exampleAccount, usualChoiceOf, variablesOf } from '../../api/setup/setup-settings.ts'
import { readSettings } from '../../infra/settings.ts'
import { openSynced, type Synced } from '../support/synced.ts'

// The alert as it ships: its condition, its view and its procedure run in the worksheet; what it would send is kept in a table.

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

const fires = async () => (await world.sql(condition)).length > 0
/** What the alert would do now. @returns the messages that it sent */
const tick = async (): Promise<readonly unknown[]> => {
  await world.sql('DELETE FROM sent')
  if (await fires()) await world.sql('CALL tell_dynamo_attention()')
  return (await world.sql('SELECT message FROM sent')).map(({ MESSAGE }) => JSON.parse(String(MESSAGE)))
}

describe('the alert', () => {
  it('is silent while nothing needs a person', async () => {
    expect(await fires()).toBe(false)
    expect(await tick()).toEqual([])
  })

  it('fires for a failed run, tells it once, and again when it comes back', async () => {
    await world.sql(`CREATE TABLE orders_source (id VARCHAR, amount NUMBER);
      INSERT INTO orders_source VALUES ('a', 1);
      CALL create_dynamo_sync('orders', 'ORDERS_SOURCE', 'orders', ARRAY_CONSTRUCT('ID'), OBJECT_CONSTRUCT('push', OBJECT_CONSTRUCT('names', 'lower')));
      ALTER TABLE orders_source ADD COLUMN note VARCHAR;
      DROP TABLE orders_source;
      CALL run_dynamo_sync('orders')`)
    const [first, ...more] = await tick()
    expect(more).toEqual([])
    expect(JSON.stringify(first)).toMatch(/orders.*SELECT \* FROM push_to_dynamo\.app\.dynamo_attention/s)
    expect(await tick()).toEqual([])

    await world.sql(`CREATE TABLE orders_source (id VARCHAR, amount NUMBER);
      INSERT INTO orders_source VALUES ('a', 1);
      CALL run_dynamo_sync('orders')`)
    await world.sql('CALL tell_dynamo_attention()')
    expect(await world.sql('SELECT kind FROM dynamo_told')).toEqual([])

    await world.sql(`DROP TABLE orders_source; CALL run_dynamo_sync('orders')`)
    expect(await tick()).toHaveLength(1)
  })

  it('fires for rows set aside', async () => {
    await world.sql(`CREATE TABLE orders_source (id VARCHAR, amount NUMBER);
      INSERT INTO orders_source VALUES ('a', 1), ('', 2);
      CALL run_dynamo_sync('orders')`)
    expect(JSON.stringify(await tick())).toContain('orders')
  })

  it('fires for a sync that is overdue, a task that was suspended, a stream that went stale', async () => {
    const attention = async () =>
      (await world.sql('SELECT kind FROM dynamo_attention')).map(({ KIND }) => KIND)
    await world.sql(`CALL create_dynamo_sync('late', 'ORDERS_SOURCE', 'orders', ARRAY_CONSTRUCT('ID'), OBJECT_CONSTRUCT('schedule', '10 minutes'));
      UPDATE dynamo_sync_definitions SET created_at = DATEADD('hour', -3, CURRENT_TIMESTAMP()), last_complete_at = NULL WHERE sync_name = 'late'`)
    const before = (await attention()).length
    expect(await tick()).toHaveLength(1)
    await world.sql('ALTER TASK dynamo_sync_task_late SUSPEND')
    await tick()
    expect((await attention()).length).toBeGreaterThanOrEqual(before)
  })

  it('looks at tasks and streams itself where nobody has for two hours', async () => {
    await world.sql(`CALL tell_dynamo_attention();
      UPDATE dynamo_sync_definitions SET looked_at = DATEADD('hour', -3, CURRENT_TIMESTAMP())`)
    expect(await fires()).toBe(true)
    await tick()
    expect(await fires()).toBe(false)
  })
})

describe('where it is sent', () => {
  it('by mail as text, or as JSON to an integration of your own', async () => {
    const [mail] = await world.sql('SELECT target FROM sent LIMIT 1')
    const [procedure = ''] = await statementsOf('873_tell_dynamo_attention', {
      integration: 'pager',
      content: 'application/json'
    })
    expect(mail === undefined || String(mail.TARGET).includes('on-call@example.com')).toBe(true)
    expect(procedure).toContain(`target := '{"pager":{}}'`)
    await world.sql(procedure)
    await world.sql('DELETE FROM dynamo_told; DELETE FROM sent; CALL tell_dynamo_attention()')
    const [{ MESSAGE } = {}] = await world.sql('SELECT message FROM sent')
    const matters = JSON.parse(JSON.parse(String(MESSAGE))['application/json'])
    expect(matters[0]).toMatchObject({ severity: expect.any(String), kind: expect.any(String) })
  })
})
