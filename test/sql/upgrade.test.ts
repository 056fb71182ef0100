import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rendered, shippedScripts } from '../../api/local/scripting/shipped-scripts.ts'
import { cutStatements } from '../../api/setup/cut-statements.ts'
import { numberedScripts } from '../../api/setup/setup-scripts.ts'
import { openSynced, type Synced } from '../support/synced.ts'

// The SQL state of release 0.1.0 (commit f3612f3), with syncs that have run, taken to today's scripts.

const textOf = async (path: string): Promise<string> =>
  rendered(await readFile(new URL(`../../sql/${path}`, import.meta.url), 'utf8'))
const old = async (): Promise<string> =>
  rendered(await readFile(new URL('../support/upgrade/sql-0.1.0.sql', import.meta.url), 'utf8'))
const forWorksheet = (script: string): string[] =>
  cutStatements(script, {}).filter((statement) => !/^(use|grant|alter stage)\b/.test(statement))
/** The steps, and what the set-up runs between them. */
const upgrade = async (): Promise<{ before: string[]; made: string[]; after: string[] }> => {
  const from = async (form: RegExp) =>
    (await Promise.all(numberedScripts.filter((path) => form.test(path)).map(textOf))).flatMap(forWorksheet)
  return {
    before: await from(/^10_setup\/16_|^65_upgrades\//),
    made: await from(/^(7\d|8[0-8])_/),
    after: await from(/^89_upgrades/)
  }
}

/** As when runs are cut off, each some statements later than the one before, and every next one begins again. */
const interrupted = (statements: readonly string[], every = 1): string =>
  statements
    .flatMap((_, at) => (at % every === 0 || at === statements.length - 1 ? statements.slice(0, at + 1) : []))
    .join(';\n')

const seed = `
CREATE TABLE spend (region VARCHAR, customer VARCHAR, amount NUMBER(10, 2));
INSERT INTO spend VALUES ('eu', 'c1', 10.50), ('eu', 'c2', 21), ('us', 'c3', 30), ('us', 'c5', 5);
CREATE TABLE alerts (id VARCHAR, level NUMBER(38, 0));
INSERT INTO alerts VALUES ('a1', 1), ('a2', 2);
CREATE STREAM dynamo_sync_stream_alerts ON TABLE alerts SHOW_INITIAL_ROWS = TRUE;
CREATE TASK dynamo_sync_task_spend WAREHOUSE = local SCHEDULE = '10 MINUTES' USER_TASK_TIMEOUT_MS = 21600000 AS
CALL run_dynamo_sync('spend', OBJECT_CONSTRUCT('fail', TRUE));
CREATE TASK copy_load_events WAREHOUSE = local SCHEDULE = '5 MINUTES' AS SELECT 1;
ALTER TASK copy_load_events RESUME;
INSERT INTO dynamo_sync_definitions (sync_name, source, target_table, key_columns, capture, schedule, mirror, max_delete_share, bulk_above, push, is_paused, created_by, created_at, is_redrive, delete_share)
SELECT 'spend', 'SPEND', 'spend', '["REGION","CUSTOMER"]', 'diff', '10 minutes', TRUE, 0.5, 100000, '{"names":"lower"}', FALSE, 'ADA', '2026-11-01 00:00:00'::TIMESTAMP_LTZ, FALSE, 0.5
UNION ALL SELECT 'alerts', 'ALERTS', 'alerts', '["ID"]', 'stream', NULL, TRUE, 0.5, 100000, '{"names":"lower"}', FALSE, 'ADA', '2026-11-01 00:00:00'::TIMESTAMP_LTZ, FALSE, 0.5;
UPDATE dynamo_sync_definitions SET run = 'cut-off', run_until = '2026-11-02 00:00:00'::TIMESTAMP_LTZ WHERE sync_name = 'spend';
INSERT INTO dynamo_sync_snapshot (sync_name, item_key, row_hash, is_stored) VALUES
  ('spend', '{"CUSTOMER":"c1","REGION":"eu"}', 'h1', TRUE), ('spend', '{"CUSTOMER":"c2","REGION":"eu"}', 'h2', TRUE),
  ('spend', '{"CUSTOMER":"c3","REGION":"us"}', '', TRUE), ('spend', '{"CUSTOMER":"c4","REGION":"us"}', 'h4', TRUE),
  ('alerts', '{"ID":"a1"}', 'h5', TRUE), ('alerts', '{"ID":"a9"}', 'h9', TRUE);
INSERT INTO dynamo_sync_sending (sync_name, item_key, has_key, change_kind, item, row_hash, source_rows, known_hash) VALUES
  ('spend', '{"CUSTOMER":"c3","REGION":"us"}', TRUE, 'put', '{}', 'h3', 1, NULL);
INSERT INTO dynamo_sync_outbox (sync_name, item_key, has_key, change_kind, item, row_hash, source_rows) VALUES
  ('alerts', '{"ID":"a9"}', TRUE, 'delete', NULL, NULL, 1);
INSERT INTO dynamo_sync_failed (sync_name, item_key, has_key, change_kind, row_hash, status, code, message, run, failed_at) VALUES
  ('spend', '{"CUSTOMER":"c5","REGION":"us"}', TRUE, 'put', 'h6', 'rejected', 'key_type', 'text', 'run-1', '2026-11-01 00:00:00'::TIMESTAMP_LTZ);
INSERT INTO dynamo_sync_log (run, sync_name, target_table, called_by, state, route, read_rows, put_rows, written, started_at, ended_at) VALUES
  ('run-1', 'spend', 'spend', 'ADA', 'complete', 'push', 4, 4, 4, '2026-11-01 00:00:00'::TIMESTAMP_LTZ, '2026-11-01 00:01:00'::TIMESTAMP_LTZ),
  ('run-2', 'spend', 'spend', 'ADA', 'failed', 'push', 4, 0, 0, '2026-11-01 01:00:00'::TIMESTAMP_LTZ, '2026-11-01 01:01:00'::TIMESTAMP_LTZ);
`

let world: Synced
beforeAll(async () => {
  const text = (name: string) => ({ name, type: 'S' as const })
  // Of what a worksheet makes by itself only what 0.1.0 had in today's form.
  const asBefore = (await shippedScripts()).filter(({ path }) => !/^[78]/.test(path))
  world = await openSynced(
    [
      { name: 'spend', keys: [text('region'), text('customer')] },
      { name: 'alerts', keys: [text('id')] }
    ],
    undefined,
    asBefore
  )
  await world.sql('SELECT 1 FROM load_events')
  await world.sql(forWorksheet(await old()).join(';\n'))
  await world.sql(seed)
  const item = (region: string, customer: string, amount: string) => ({
    region: { S: region },
    customer: { S: customer },
    amount: { N: amount }
  })
  for (const [region, customer, amount] of [
    ['eu', 'c1', '10.5'],
    ['eu', 'c2', '20'],
    ['us', 'c3', '30'],
    ['us', 'c4', '40']
  ] as const)
    await world.plant('spend', item(region, customer, amount))
  await world.plant('alerts', { id: { S: 'a1' }, level: { N: '1' } })
  await world.plant('alerts', { id: { S: 'a9' }, level: { N: '9' } })

  const { before, made: scriptsOfToday, after } = await upgrade()
  await world.sql(interrupted(before, 16))
  await world.sql(scriptsOfToday.join(';\n'))
  await world.sql(interrupted(after))
})
afterAll(() => world.close())

describe('an upgrade from 0.1.0', () => {
  it('keeps every sync with its options, its log and how it last ended', async () => {
    expect(
      await world.sql(
        'SELECT sync, capture, schedule, mirror, key_columns, last_run, last_state, held_by_run FROM dynamo_syncs ORDER BY sync'
      )
    ).toMatchObject([
      {
        SYNC: 'alerts',
        CAPTURE: 'stream',
        MIRROR: true,
        KEY_COLUMNS: ['ID'],
        LAST_RUN: null,
        HELD_BY_RUN: null
      },
      {
        SYNC: 'spend',
        SCHEDULE: '10 minutes',
        KEY_COLUMNS: ['REGION', 'CUSTOMER'],
        LAST_RUN: 'run-2',
        LAST_STATE: 'failed'
      }
    ])
    expect(await world.sql('SELECT run FROM dynamo_sync_runs ORDER BY run')).toEqual([
      { RUN: 'run-1' },
      { RUN: 'run-2' }
    ])
    expect(await world.sql('SELECT code FROM dynamo_sync_failures')).toEqual([{ CODE: 'key_type' }])
  })

  it('replaces no task or stream, makes the task of a sync by hand, and lets the sweep see to the rest', async () => {
    const tasks = await world.sql(`SHOW TASKS LIKE 'DYNAMO_SYNC_%'`)
    expect(tasks.map(({ name, state }) => [name, state])).toEqual(
      expect.arrayContaining([
        ['DYNAMO_SYNC_TASK_SPEND', 'suspended'],
        ['DYNAMO_SYNC_TASK_ALERTS', 'suspended'],
        ['DYNAMO_SYNC_SWEEP', 'started']
      ])
    )
    expect(await world.sql(`SHOW TASKS LIKE 'COPY_LOAD_EVENTS'`)).toEqual([])
    expect(await world.sql(`SHOW STREAMS LIKE 'DYNAMO_SYNC_STREAM_ALERTS'`)).toHaveLength(1)
  })

  it('leaves no second signature that a call could mean', async () => {
    const shown = await world.sql(`SHOW PROCEDURES LIKE '%DYNAMO_SYNC'`)
    const names = shown.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })

  it('loses no key: equal items are left alone, others written, vanished ones deleted, those in doubt looked at', async () => {
    const run = await world.answer(`run_dynamo_sync('spend')`)

    expect(run).toMatchObject({ state: 'complete', put: 4, delete: 1, written: 2, deleted: 1, unchanged: 2 })
    const items = await world.items('spend', 'customer')
    expect([...items.keys()].toSorted()).toEqual(['c1', 'c2', 'c3', 'c5'])
    expect(items.get('c2')).toMatchObject({ amount: { N: '21' } })
    expect(await world.answer(`run_dynamo_sync('spend')`)).toMatchObject({
      read: 4,
      unchanged: 4,
      put: 0,
      delete: 0
    })
  })

  it('loses no change of a stream, and no delete that waited in its outbox', async () => {
    await world.sql(`INSERT INTO alerts VALUES ('a3', 3)`)
    const run = await world.answer(`run_dynamo_sync('alerts')`)

    expect(run).toMatchObject({ state: 'complete', unchanged: 1, written: 2, deleted: 1 })
    expect([...(await world.items('alerts', 'id')).keys()].toSorted()).toEqual(['a1', 'a2', 'a3'])
    await world.sql(`UPDATE alerts SET level = 4 WHERE id = 'a3'`)
    expect(await world.answer(`run_dynamo_sync('alerts')`)).toMatchObject({ put: 1, written: 1 })
  })

  it('is noted step by step', async () => {
    expect(await world.sql('SELECT step FROM dynamo_upgrades ORDER BY step')).toEqual(
      ['651_new_columns', '652_old_signatures', '653_audit_by_pipe', '891_syncs_of_0_1'].map((STEP) => ({
        STEP
      }))
    )
  })
})

describe('the columns of tables', () => {
  const columnsIn = (script: string): ReadonlyMap<string, readonly string[]> =>
    new Map(
      [...script.matchAll(/create (?:transient )?table if not exists (\w+) \(\n([\s\S]*?)\n\)/g)].map(
        ([, table = '', columns = '']) => [
          table,
          columns.split('\n').map((line) => line.trim().replace(/,$/, ''))
        ]
      )
    )

  it('all reach a deployment of 0.1.0: a column that is new in a table needs a step', async () => {
    const of010 = columnsIn(await old())
    const steps = (
      await Promise.all(numberedScripts.filter((path) => /_upgrades\//.test(path)).map(textOf))
    ).join('\n')
    const today = columnsIn((await shippedScripts()).map(({ text }) => text).join('\n'))
    for (const [table, columns] of of010)
      for (const column of today.get(table)?.filter((each) => !columns.includes(each)) ?? [])
        expect(steps, `${table}: ${column} needs ALTER TABLE … ADD COLUMN in sql/65_upgrades`).toContain(
          `alter table if exists ${table} add column if not exists ${column};`
        )
  })
})
