import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readTableSpec } from '../../../api/local/table-spec.ts'
import { cutStatements } from '../../../api/setup/cut-statements.ts'
import { daysAreSummed, openSynced, type Synced } from '../../support/synced.ts'

// Each CALL runs a hundred statements.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let world: Synced
beforeAll(async () => {
  world = await openSynced([
    { name: 'orders', keys: [{ name: 'ID', type: 'S' }] },
    readTableSpec('pairs=pk:S,sk:S'),
    readTableSpec('numbered=pk:S,n:N'),
    readTableSpec('counted=n:N,m:N'),
    readTableSpec('blobs=b:B')
  ])
  await world.sql(daysAreSummed)
  await world.sql("CREATE TABLE orders (id VARCHAR, total NUMBER(38,0)); INSERT INTO orders VALUES ('a', 1)")
  await world.sql("CALL create_dynamo_sync('taken', 'ORDERS', 'orders', ARRAY_CONSTRUCT('ID'))")
})
afterAll(() => world.close())

const create = (options: string, rest: Partial<Record<'name' | 'source' | 'table' | 'key', string>> = {}) => {
  const { name = 'fresh', source = 'ORDERS', table = 'orders', key = "ARRAY_CONSTRUCT('ID')" } = rest
  return world.sql(`CALL create_dynamo_sync('${name}', '${source}', '${table}', ${key}, ${options})`)
}

describe('create_dynamo_sync refuses', () => {
  it.each([
    ["OBJECT_CONSTRUCT('captre', 'diff')", 'unknown option captre: did you mean capture?'],
    [
      "OBJECT_CONSTRUCT('zzzzzzz', 1)",
      'the options are capture, schedule, mirror, max_delete_share, bulk_above, adopt, push'
    ],
    ["OBJECT_CONSTRUCT('capture', 'dif')", "option capture takes 'stream', 'diff' or 'full'"],
    [
      "OBJECT_CONSTRUCT('schedule', 'now and then')",
      "option schedule takes '10 minutes', 'cron 0 6 * * * UTC' or 'on change'"
    ],
    ["OBJECT_CONSTRUCT('schedule', '0 minutes')", 'option schedule takes'],
    ["OBJECT_CONSTRUCT('mirror', 'yes')", 'option mirror takes true or false'],
    ["OBJECT_CONSTRUCT('max_delete_share', 1.01)", 'option max_delete_share takes a number from 0 to 1'],
    ["OBJECT_CONSTRUCT('bulk_above', -1)", 'option bulk_above takes a whole number of rows'],
    ["OBJECT_CONSTRUCT('bulk_above', 1.5)", 'option bulk_above takes a whole number of rows'],
    ["OBJECT_CONSTRUCT('push', 'lower')", 'option push takes an object of push options'],
    ["OBJECT_CONSTRUCT('push', OBJECT_CONSTRUCT('nmes', 'lower'))", 'did you mean names?'],
    ["OBJECT_CONSTRUCT('push', OBJECT_CONSTRUCT('dry_run', TRUE))", 'use preview_dynamo_sync'],
    ["OBJECT_CONSTRUCT('push', OBJECT_CONSTRUCT('mode', 'delete'))", "takes 'put' or 'update'"],
    ["OBJECT_CONSTRUCT('schedule', 'on change')", "schedule 'on change' needs capture 'stream'"],
    ["OBJECT_CONSTRUCT('adopt', 1)", 'option adopt takes true or false'],
    ["'diff'", 'invalid type [CAST from VARCHAR to OBJECT]']
  ])('options %s', async (options, message) => {
    await expect(create(options)).rejects.toThrow(message)
  })

  it('a name that is taken, whatever its case, or is none', async () => {
    await expect(create('NULL', { name: 'TAKEN' })).rejects.toThrow("sync 'TAKEN' exists already")
    await expect(create('NULL', { name: 'a b' })).rejects.toThrow('the name of a sync is 1 to 64 letters')
  })

  it('a key that is not in the source, naming the nearest column', async () => {
    await expect(create('NULL', { key: "ARRAY_CONSTRUCT('IDD')" })).rejects.toThrow(
      'no column IDD: did you mean ID?'
    )
    await expect(create('NULL', { key: 'ARRAY_CONSTRUCT()' })).rejects.toThrow('a list of column names')
    await expect(create('NULL', { key: "ARRAY_CONSTRUCT('ID', 'id')" })).rejects.toThrow(
      'stands twice in the key'
    )
  })

  it('key columns that are not those of the table: a delete of one row would take the item of others', async () => {
    await expect(create('NULL', { key: "ARRAY_CONSTRUCT('ID', 'TOTAL')" })).rejects.toThrow(
      'column TOTAL is no part of the key of orders'
    )
    const built = (columns: string) =>
      `OBJECT_CONSTRUCT('push', OBJECT_CONSTRUCT('version', 'v', 'keys', OBJECT_CONSTRUCT('ID', '${columns}')))`
    await expect(create(built('X#{ID}'), { key: "ARRAY_CONSTRUCT('ID', 'TOTAL')" })).rejects.toThrow(
      'column TOTAL is no part'
    )
    await expect(create('NULL', { key: "ARRAY_CONSTRUCT('TOTAL')" })).rejects.toThrow('key ID is missing')
    await expect(create("OBJECT_CONSTRUCT('push', OBJECT_CONSTRUCT('names', 'lower'))")).rejects.toThrow(
      'the key columns do not make the key of orders: key ID is missing'
    )
    await create(built('X#{ID}#{TOTAL}'), { key: "ARRAY_CONSTRUCT('ID', 'TOTAL')" })
    await world.sql("CALL drop_dynamo_sync('fresh')")
  })

  // The check alone, on columns of every type that a key can have.
  describe('key columns by what they hold:', () => {
    let columns = ''
    beforeAll(async () => {
      await world.sql(
        `CREATE TABLE kinds (id VARCHAR, t VARCHAR, pk VARCHAR, n NUMBER(38,0), price NUMBER(10,2), f FLOAT, day DATE,
           at TIMESTAMP_NTZ, bin BINARY, v VARIANT, w VARIANT, x VARIANT, "MixedCase" VARCHAR)`
      )
      const [row = {}] = await world.sql("CALL describe_dynamo_source('KINDS')")
      columns = String(Object.values(row)[0])
    })
    const check = (table: string, key: readonly string[], push: object) =>
      world.sql(
        `CALL check_dynamo_key('${table}', '${JSON.stringify(push)}', '${JSON.stringify(key)}', '${columns}')`
      )
    const numbered = (column: string) => ({ rename: { ID: 'pk', [column]: 'n' } })
    const part = { rename: { ID: 'pk' } }

    it.each<[string, readonly string[], object, string]>([
      ['pairs', ['ID'], { keys: { pk: 'X', sk: 'P' } }, 'column ID is no part of the key of pairs'],
      ['pairs', ['ID', 'T'], { keys: { pk: 'X', sk: 'P#{T}' } }, 'column ID is no part'],
      ['pairs', ['ID'], { ...part, keys: { sk: 'P#{T}' } }, 'the key columns do not make the key of pairs'],
      ['numbered', ['ID', 'F', 'T'], numbered('F'), 'column T is no part'],
      ['numbered', ['ID', 'PRICE', 'DAY'], numbered('PRICE'), 'column DAY is no part'],
      ['numbered', ['ID', 'AT', 'V'], { ...numbered('AT'), types: { n: 'epoch' } }, 'column V is no part'],
      ['numbered', ['ID', 'T', 'F'], { ...numbered('T'), types: { n: 'epoch' } }, 'column F is no part'],
      ['numbered', ['ID', 'T', 'F'], { ...numbered('T'), types: { n: 'N' } }, 'column F is no part'],
      ['numbered', ['ID', 'V', 'T'], numbered('V'), 'column T is no part'],
      ['numbered', ['V', 'W', 'X'], { rename: { V: 'n', X: 'pk' } }, 'column W is no part'],
      ['counted', ['V', 'W', 'X'], { rename: { V: 'n', X: 'm' } }, 'column W is no part'],
      ['counted', ['V', 'W'], { rename: { V: 'n' } }, 'the key columns do not make the key of counted'],
      ['blobs', ['V', 'W'], { rename: { V: 'b' }, types: { b: 'B' } }, 'column W is no part'],
      ['blobs', ['BIN', 'T'], { rename: { BIN: 'b' }, types: { b: 'B' } }, 'column T is no part'],
      ['orders', ['ID', 'BIN'], {}, 'column BIN is no part']
    ])('refused: %s by %j, %j', async (table, key, push, message) => {
      await expect(check(table, key, push)).rejects.toThrow(message)
    })

    it.each<[string, readonly string[], object]>([
      ['pairs', ['PK', 'T'], { names: 'lower', rename: { T: 'sk' } }],
      ['pairs', ['ID', 'MixedCase'], { rename: { ID: 'pk', MixedCase: 'sk' } }],
      ['pairs', ['ID'], { ...part, keys: { sk: 'P' } }],
      ['pairs', ['ID', 'T'], { ...part, keys: { sk: 'P#{T}' } }],
      ['pairs', ['ID', 'N'], { rename: { ID: 'pk', N: 'sk' }, types: { sk: 'S' } }],
      ['pairs', ['ID', 'AT'], { mode: 'update', version: 'n', rename: { ID: 'pk', AT: 'sk' } }],
      ['pairs', ['ID', 'V'], { rename: { ID: 'pk', V: 'sk' } }],
      ['numbered', ['ID', 'PRICE'], numbered('PRICE')],
      ['numbered', ['ID', 'F'], numbered('F')],
      ['numbered', ['ID', 'V'], numbered('V')],
      ['numbered', ['V', 'W'], { rename: { V: 'n', W: 'pk' } }],
      ['counted', ['V', 'W'], { rename: { V: 'n', W: 'm' } }],
      ['numbered', ['ID', 'AT'], { ...numbered('AT'), types: { n: 'epoch' } }],
      ['numbered', ['ID', 'T'], { ...numbered('T'), types: { n: 'epoch' } }],
      ['blobs', ['BIN'], { rename: { BIN: 'b' }, types: { b: 'B' } }],
      ['orders', ['ID'], {}]
    ])('taken: %s by %j, %j', async (table, key, push) => {
      await check(table, key, push)
    })
  })

  it('a source that is none, a table that is none', async () => {
    await expect(create('NULL', { source: 'NO_SUCH' })).rejects.toThrow("'NO_SUCH' does not exist")
    await expect(create('NULL', { source: 'DROP TABLE orders' })).rejects.toThrow(
      'neither the name of a table or view nor a query'
    )
    await expect(create('NULL', { source: 'SELECT 1 AS id, 2 AS id' })).rejects.toThrow(
      "the source cannot be read: SQL compilation error: Duplicate field key 'ID'"
    )
    await expect(create('NULL', { table: 'absent' })).rejects.toThrow('table_not_allowed')
  })
})

describe('the other procedures', () => {
  it('refuse a sync they do not know, naming the nearest', async () => {
    await expect(world.sql("CALL run_dynamo_sync('takn')")).rejects.toThrow(
      "there is no sync 'takn': did you mean 'taken'?"
    )
    for (const name of [
      'drop_dynamo_sync',
      'pause_dynamo_sync',
      'resume_dynamo_sync',
      'preview_dynamo_sync',
      'reconcile_dynamo'
    ])
      await expect(world.sql(`CALL ${name}('zzzzzzzzz')`)).rejects.toThrow("there is no sync 'zzzzzzzzz'")
  })

  it('refuse options and arguments by name', async () => {
    await expect(
      world.sql("CALL run_dynamo_sync('taken', OBJECT_CONSTRUCT('redriv', TRUE))")
    ).rejects.toThrow('did you mean redrive?')
    await expect(world.sql("CALL reconcile_dynamo('taken', 0)")).rejects.toThrow(
      'the sample is a number of keys'
    )
    await expect(world.sql('CALL run_dynamo_sync()')).rejects.toThrow('0 arguments')
    await expect(world.sql("CALL run_dynamo('taken')")).rejects.toThrow(
      'Unknown user-defined function RUN_DYNAMO'
    )
  })

  it('pause, resume and drop; what a sync has sent stays', async () => {
    await create("OBJECT_CONSTRUCT('schedule', 'cron 0 6 * * MON-FRI Europe/Berlin')", { name: 'daily' })
    await world.answer("run_dynamo_sync('daily')")
    const state = () => world.sql("SELECT state, schedule FROM dynamo_syncs WHERE sync = 'daily'")
    const schedule = 'cron 0 6 * * MON-FRI Europe/Berlin'
    await world.sql("CALL pause_dynamo_sync('daily')")
    expect(await state()).toEqual([{ STATE: 'paused', SCHEDULE: schedule }])
    await world.sql("CALL resume_dynamo_sync('daily')")
    expect(await state()).toEqual([{ STATE: 'active', SCHEDULE: schedule }])
    await world.sql("CALL drop_dynamo_sync('daily')")
    expect(await state()).toEqual([])
    expect(await world.sql("SELECT written FROM dynamo_audit WHERE sync = 'daily'")).toEqual([{ WRITTEN: 1 }])
    expect([...(await world.items('orders', 'ID')).keys()]).toEqual(['a'])
    await create('NULL', { name: 'daily' })
  })

  it('take session variables, and leave a result for RESULT_SCAN', async () => {
    await world.sql("SET sync_name = 'taken'")
    await world.sql('CALL run_dynamo_sync($sync_name)')
    expect(
      await world.sql(
        'SELECT run_dynamo_sync:state::VARCHAR AS state FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))'
      )
    ).toEqual([{ STATE: 'complete' }])
  })
})

describe('check_dynamo_syncs', () => {
  it('looks at tasks and streams now, and dynamo_syncs keeps what it saw', async () => {
    await create("OBJECT_CONSTRUCT('capture', 'stream', 'schedule', '10 minutes')", { name: 'looked_at' })
    const seen = async (columns: string) =>
      (await world.sql(`SELECT ${columns} FROM dynamo_syncs WHERE sync = 'looked_at'`))[0]
    expect(await seen('task_state')).toEqual({ TASK_STATE: null })
    expect(await world.sql('CALL check_dynamo_syncs()')).toContainEqual(
      expect.objectContaining({
        SYNC: 'looked_at',
        TASK_STATE: 'started',
        STREAM_STATE: 'fresh',
        OVERDUE: false
      })
    )
    await world.sql('ALTER TASK dynamo_sync_task_looked_at SUSPEND; DROP STREAM dynamo_sync_stream_looked_at')
    await world.sql('CALL check_dynamo_syncs()')
    expect(await seen('task_state, task_error, stream_state')).toEqual({
      TASK_STATE: 'suspended',
      TASK_ERROR: 'USER_SUSPENDED',
      STREAM_STATE: 'missing'
    })
  })

  it('a sync without a complete run for two intervals is overdue, whatever its task says', async () => {
    await world.sql(
      "UPDATE dynamo_sync_definitions SET created_at = DATEADD('minute', -21, CURRENT_TIMESTAMP()), last_complete_at = NULL WHERE sync_name = 'looked_at'"
    )
    expect(await world.sql("SELECT overdue FROM dynamo_syncs WHERE sync = 'looked_at'")).toEqual([
      { OVERDUE: true }
    ])
  })
})

describe('alter_dynamo_sync', () => {
  it('changes options and keeps what the sync knows; other push options send everything again', async () => {
    await create("OBJECT_CONSTRUCT('bulk_above', 7)", { name: 'altered' })
    await world.answer("run_dynamo_sync('altered')")
    await world.sql(
      "CALL alter_dynamo_sync('altered', OBJECT_CONSTRUCT_KEEP_NULL('bulk_above', NULL, 'mirror', TRUE))"
    )
    expect(
      await world.sql("SELECT bulk_above, mirror, max_delete_share FROM dynamo_syncs WHERE sync = 'altered'")
    ).toEqual([{ BULK_ABOVE: 100000, MIRROR: true, MAX_DELETE_SHARE: 0.2 }])
    expect(await world.answer("run_dynamo_sync('altered')")).toMatchObject({ unchanged: 1, put: 0 })
    await world.sql(
      "CALL alter_dynamo_sync('altered', OBJECT_CONSTRUCT('push', OBJECT_CONSTRUCT('nulls', 'omit')))"
    )
    expect(await world.answer("run_dynamo_sync('altered')")).toMatchObject({ put: 1, written: 1 })
    expect(await world.answer("run_dynamo_sync('altered')")).toMatchObject({ put: 0 })
    await expect(
      world.sql(
        "CALL alter_dynamo_sync('altered', OBJECT_CONSTRUCT('push', OBJECT_CONSTRUCT('rename', OBJECT_CONSTRUCT('ID', 'pk'))))"
      )
    ).rejects.toThrow('make other keys')
  })

  it('resend forgets what is known; adopt counts what the table holds already', async () => {
    expect(await world.answer("run_dynamo_sync('altered', OBJECT_CONSTRUCT('resend', TRUE))")).toMatchObject({
      state: 'complete',
      put: 1,
      written: 1
    })
    await create("OBJECT_CONSTRUCT('adopt', TRUE, 'push', OBJECT_CONSTRUCT('nulls', 'omit'))", {
      name: 'adopting'
    })
    expect(await world.answer("run_dynamo_sync('adopting')")).toMatchObject({
      state: 'complete',
      put: 1,
      written: 0,
      unchanged: 1
    })
  })
})

describe('a transaction', () => {
  it('that is open, or autocommit that is off, is refused at once', async () => {
    await expect(world.sql("BEGIN; CALL run_dynamo_sync('taken')")).rejects.toThrow('a transaction is open')
    await world.sql('ROLLBACK; ALTER SESSION SET AUTOCOMMIT = FALSE')
    await expect(world.sql("CALL run_dynamo_sync('taken')")).rejects.toThrow('autocommit is off')
    await world.sql('ALTER SESSION SET AUTOCOMMIT = TRUE')
    expect(await world.answer("run_dynamo_sync('taken')")).toMatchObject({ state: 'complete' })
  })
})

describe('sql/optional: one sync for one role', () => {
  it('its procedure runs that sync, its view shows the runs of no other', async () => {
    const variables = { sync: 'taken', role: 'analyst', owner_role: 'owner' }
    for (const name of ['38_sync_for_role', '39_sync_runs_for_role']) {
      const text = await readFile(`sql/optional/${name}.sql`, 'utf8')
      const statements = cutStatements(text.replaceAll('<% database %>.<% schema %>.', ''), {
        ...variables,
        database: 'd',
        schema: 's'
      })
      await world.sql(statements.filter((statement) => statement.startsWith('create')).join(';\n'))
    }
    expect(await world.answer('run_taken()')).toMatchObject({ sync: 'taken', state: 'complete' })
    const syncs = await world.sql('SELECT DISTINCT sync FROM taken_runs')
    expect(syncs).toEqual([{ SYNC: 'taken' }])
  })
})
