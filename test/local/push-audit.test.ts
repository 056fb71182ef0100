import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { dynamodbLedger } from '../../api/ledger/dynamodb-ledger.ts'
import { ledgerTableName } from '../../api/ledger/ledger-store.ts'
import { sdkDocuments } from '../../api/ledger/sdk-documents.ts'
import { writePushAudit } from '../../api/load/write-push-audit.ts'
import { folderStore } from '../../api/local/folder-store.ts'
import { systemClock } from '../../api/runtime/system-clock.ts'
import { auditPipe } from '../support/audit-pipe.ts'
import { openSynced, type Synced } from '../support/synced.ts'

// Each CALL runs a hundred statements.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let world: Synced
/** The id of the statement that deleted. */
let deleted: unknown
beforeAll(async () => {
  world = await openSynced([{ name: 'spend', keys: [{ name: 'id', type: 'S' }] }])
})
afterAll(() => world.close())

const forever = new AbortController().signal
/** The loader's look, so many minutes from now. */
const look = (minutes: number) =>
  writePushAudit(
    {
      ledger: dynamodbLedger(sdkDocuments(world.client, ledgerTableName)),
      store: folderStore(world.bucket),
      clock: { ...systemClock, now: () => systemClock.now() + minutes * 60_000 }
    },
    forever
  )
const objects = async (): Promise<readonly string[]> => {
  const keys: string[] = []
  for await (const { key } of folderStore(world.bucket).list('audit/pushes/', forever)) keys.push(key)
  return keys
}
const copyAudit = () => world.sql(auditPipe)

describe('pushes in the audit', () => {
  it('are one object a minute and instance, written when the minute is surely over, and once', async () => {
    await world.sql(`
      SELECT push_to_dynamo('spend', OBJECT_CONSTRUCT('id', column1, 'n', column2)) FROM VALUES ('a', 1), ('b', 2), ('', 3);
      SELECT delete_from_dynamo('spend', OBJECT_CONSTRUCT('id', 'a'))`)
    const [row] = await world.sql('SELECT LAST_QUERY_ID() AS id')
    deleted = row?.ID
    await world.sql(`
      SELECT push_to_dynamo('spend', OBJECT_CONSTRUCT('id', column1, 'text', REPEAT('x', column2)), OBJECT_CONSTRUCT('dry_run', TRUE))
      FROM VALUES ('d1', 10), ('d2', 3000), ('d2', 1500), ('', 1), ('d3', 20)`)
    // What a sync sends is the sync's, and what its checks and reconcile_dynamo ask is no push of anybody.
    await world.sql(`
      CREATE TABLE src (id VARCHAR, n NUMBER); INSERT INTO src VALUES ('s1', 1), ('s2', 2);
      CALL create_dynamo_sync('s', 'SRC', 'spend', ARRAY_CONSTRUCT('ID'), OBJECT_CONSTRUCT('push', OBJECT_CONSTRUCT('names', 'lower')));
      CALL alter_dynamo_sync('s', OBJECT_CONSTRUCT('push', OBJECT_CONSTRUCT('names', 'lower', 'rename', OBJECT_CONSTRUCT('N', 'number'))));
      CALL run_dynamo_sync('s')`)
    const refused =
      "CALL create_dynamo_sync('other', 'SRC', 'spend', ARRAY_CONSTRUCT('ID', 'N'), OBJECT_CONSTRUCT('push', OBJECT_CONSTRUCT('names', 'lower')))"
    await expect(world.sql(refused)).rejects.toThrow('column N is no part of the key')
    await world.remove('spend', { id: { S: 's1' } })
    expect(await world.sql("CALL reconcile_dynamo('s')")).toEqual([{ KEY: { ID: 's1' }, FINDING: 'missing' }])
    await look(0)
    expect(await objects()).toEqual([])
    await look(5)
    const written = await objects()
    expect(written.length).toBeLessThanOrEqual(2)
    expect(written[0]).toMatch(/^audit\/pushes\/\d{4}-\d\d-\d\dT\d\d:\d\d\/[0-9a-f]{8}\.ndjson$/)
    await look(6)
    expect(await objects()).toEqual(written)
  })

  it('stand in dynamo_audit by their statement, with user, table, counts, units and dollars', async () => {
    await copyAudit()
    const rows = await world.sql(
      `SELECT run, query_id, called_by, target_table, read_rows, written, deleted, rejected, write_units, dollars
       FROM dynamo_audit WHERE activity = 'push' AND valid = 0 ORDER BY read_rows DESC`
    )
    expect(rows).toMatchObject([
      { TARGET_TABLE: 'spend', READ_ROWS: 3, WRITTEN: 2, REJECTED: 1, WRITE_UNITS: 2, DOLLARS: 0.00000125 },
      { TARGET_TABLE: 'spend', READ_ROWS: 1, DELETED: 1, WRITE_UNITS: 1 }
    ])
    expect(rows[1]?.QUERY_ID).toBe(deleted)
    for (const { RUN, QUERY_ID, CALLED_BY } of rows) {
      expect(RUN).toBe(QUERY_ID)
      expect(CALLED_BY).toEqual(expect.any(String))
    }
  })

  it('of a dry run hold what it would take, beside what was spent and never in it', async () => {
    const rows = await world.sql(
      `SELECT read_rows, valid, superseded, rejected, written, write_units, dollars, estimated_bytes, estimated_units, estimated_dollars
       FROM dynamo_audit WHERE activity = 'push' AND valid > 0`
    )
    // Three items, their names `id` and `text`, and the texts: one unit, two, one.
    const bytes = 3 * (2 + 2 + 4) + 10 + 1500 + 20
    expect(rows).toEqual([
      {
        ...{ READ_ROWS: 5, VALID: 3, SUPERSEDED: 1, REJECTED: 1, WRITTEN: 0, WRITE_UNITS: 0, DOLLARS: 0 },
        ...{ ESTIMATED_BYTES: bytes, ESTIMATED_UNITS: 4, ESTIMATED_DOLLARS: 0.0000025 }
      }
    ])
    const days =
      "SELECT SUM(write_units) AS units, SUM(dollars) AS dollars FROM dynamo_audit_days WHERE activity = 'push'"
    expect(await world.sql(days)).toEqual([{ UNITS: 3, DOLLARS: expect.closeTo(0.000001875, 9) }])
  })

  it('option trail adds one line a row: its key with all digits, and its status', async () => {
    await world.sql(`SELECT push_to_dynamo('spend', OBJECT_CONSTRUCT('id', column1, 'secret', 7), OBJECT_CONSTRUCT('trail', TRUE))
      FROM VALUES ('t1'), ('')`)
    await copyAudit()
    const rows = await world.sql(
      "SELECT event FROM load_events WHERE event['event'] = 'row' ORDER BY event['row']::NUMBER"
    )
    const from = { event: 'row', table: 'spend', query_id: expect.any(String), user: expect.any(String) }
    expect(rows.map(({ EVENT }) => EVENT)).toMatchObject([
      { ...from, row: 0, key: { id: 't1' }, status: 'written' },
      { ...from, row: 1, key: null, status: 'rejected' }
    ])
    expect(JSON.stringify(rows)).not.toContain('secret')
  })

  it('of a sync stand with the sync, with what they cost', async () => {
    expect(await world.sql("SELECT written, write_units FROM dynamo_audit WHERE activity = 'sync'")).toEqual([
      { WRITTEN: 2, WRITE_UNITS: 2 }
    ])
  })

  it('stand in its days, those of a sync as the sync’s', async () => {
    const days =
      'SELECT activity, target_table, written, deleted, rejected FROM dynamo_audit_days ORDER BY activity'
    const expected = [
      { ACTIVITY: 'push', TARGET_TABLE: 'spend', WRITTEN: 2, DELETED: 1, REJECTED: 2 },
      { ACTIVITY: 'sync', TARGET_TABLE: 'spend', WRITTEN: 2, DELETED: 0, REJECTED: 0 }
    ]
    expect(await world.sql(days)).toEqual(expected)
    await world.sql(
      "UPDATE load_events SET loaded_at = DATEADD('hour', -2, loaded_at); CALL keep_dynamo_audit_days()"
    )
    expect(await world.sql(days)).toEqual(expected)
    // Two days later: what is counted is not counted again.
    await world.sql(`
      UPDATE load_events SET loaded_at = DATEADD('day', -2, loaded_at);
      UPDATE dynamo_audit_day_counts SET counted_until = DATEADD('day', -2, counted_until);
      CALL keep_dynamo_audit_days()`)
    expect(await world.sql(days)).toEqual(expected)
    expect(await world.sql('SELECT SUM(written) AS written FROM dynamo_audit_day_counts')).toEqual([
      { WRITTEN: 2 }
    ])
  })
})
