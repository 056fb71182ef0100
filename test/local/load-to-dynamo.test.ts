import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { auditPipe } from '../support/audit-pipe.ts'
import { eventually } from '../support/eventually.ts'
import { openSynced, type ResultRow, type Synced } from '../support/synced.ts'

interface Status {
  readonly run: string
  readonly state: string
  readonly chunks: { readonly total: number }
  readonly rows: Readonly<Record<string, number | null>>
  readonly errors: readonly string[]
  readonly estimate?: Readonly<Record<string, unknown>>
}

// Each CALL runs a hundred statements.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let world: Synced
beforeAll(async () => {
  world = await openSynced(
    ['spend', 'kinds', 'many'].map((name) => ({ name, keys: [{ name: 'ID', type: 'S' }] }))
  )
  await world.sql(`
    CREATE TABLE spend (id VARCHAR, spend NUMBER(38, 2));
    INSERT INTO spend VALUES ('a', 1.50), ('b', NULL), ('', 2);
    CREATE TABLE kinds (id VARCHAR, n NUMBER(38, 0), f FLOAT, ok BOOLEAN, at TIMESTAMP_NTZ, day DATE, b BINARY, v VARIANT, t VARCHAR);
    INSERT INTO kinds SELECT 'full', 12345678901234567890123456789012345678, 0.1, TRUE, '2026-01-02 03:04:05.123456', '2026-01-02', '616263',
      PARSE_JSON('{"x":[1,null]}'), 'a "quoted", \\\\ text';
    INSERT INTO kinds (id, t) VALUES ('empty', '');
    CREATE TABLE many AS SELECT UUID_STRING() AS id, SEQ4() AS n FROM TABLE(GENERATOR(ROWCOUNT => 400))`)
})
afterAll(() => world.close())

const call = async (args: string): Promise<Status> =>
  (await world.answer(`load_to_dynamo(${args})`)) as unknown as Status
const ended = ({ run }: Pick<Status, 'run'>): Promise<Status> => world.loaded<Status>(run)
const item = async (table: string, id: string): Promise<ResultRow | undefined> =>
  (await world.items(table, 'ID')).get(id)

describe('CALL load_to_dynamo', () => {
  it('answers the run at once, and the run comes to its end with a wrong row set aside', async () => {
    const started = await call("'SPEND', 'spend'")
    expect(started).toMatchObject({ table: 'spend', state: 'running', errors: [] })
    const status = await ended(started)
    expect(status).toMatchObject({
      state: 'complete',
      rows: { expected: 3, read: 3, written: 2, rejected: 1 },
      errors: [expect.stringMatching(/^invalid_key: 1 row, first row \d of data_.*ID/)]
    })
    expect(await item('spend', 'b')).toEqual({ ID: { S: 'b' }, SPEND: { NULL: true } })
    expect(await world.sql(`CALL dynamo_load_rejects('${started.run}')`)).toMatchObject([
      { CHUNK: expect.stringMatching(/^data_.*\.json\.gz$/), CODE: 'invalid_key' }
    ])
  })

  it('stands in dynamo_loads with what it took, and what it was thought to take', async () => {
    const started = await call("'SPEND', 'spend'")
    const { estimate } = await ended(started)
    expect(estimate).toMatchObject({ rows: 3, write_units: 2, dollars: '0.00000125' })
    const loads = await eventually(
      async () => {
        await world.sql(auditPipe)
        return world.sql(
          `SELECT state, write_units, dollars, estimated_units, estimated_dollars FROM dynamo_loads WHERE run = '${started.run}'`
        )
      },
      ([row]) => row?.STATE === 'complete'
    )
    expect(loads).toMatchObject([
      { WRITE_UNITS: 2, DOLLARS: 0.00000125, ESTIMATED_UNITS: 2, ESTIMATED_DOLLARS: 0.00000125 }
    ])
  })

  it('called again it is another run', async () => {
    const one = await call("'SPEND', 'spend'")
    const other = await call("'SPEND', 'spend'")
    expect(other.run).not.toBe(one.run)
    expect([await ended(one), await ended(other)]).toMatchObject([
      { state: 'complete', rows: { written: 2 } },
      { state: 'complete', rows: { written: 2 } }
    ])
  })

  it.each(['ndjson', 'csv', 'parquet'])('keeps digits, NULLs and fixed forms in %s', async (type) => {
    await world.remove('kinds', { ID: { S: 'full' } })
    const { state, errors } = await ended(
      await call(`'KINDS', 'kinds', OBJECT_CONSTRUCT('format', OBJECT_CONSTRUCT('type', '${type}'))`)
    )
    expect({ state, errors }).toEqual({ state: 'complete', errors: [] })
    const parsed = { M: { x: { L: [{ N: '1' }, { NULL: true }] } } }
    expect(await item('kinds', 'full')).toMatchObject({
      N: { N: '12345678901234567890123456789012345678' },
      F: { N: '0.1' },
      OK: { BOOL: true },
      AT: { S: expect.stringMatching(/^2026-01-02T03:04:05\.123456(000)?$/) },
      DAY: { S: '2026-01-02' },
      V: type === 'ndjson' ? parsed : { S: '{"x":[1,null]}' },
      T: { S: 'a "quoted", \\ text' }
    })
    const bytes = (await item('kinds', 'full'))?.B as { S?: string; B?: Uint8Array }
    expect(bytes.S ?? Buffer.from(bytes.B ?? []).toString('base64')).toBe('YWJj')
    expect(await item('kinds', 'empty')).toMatchObject({ N: { NULL: true }, B: { NULL: true }, T: { S: '' } })
  })

  it('cuts the source into chunks of max_file_size, and hands the other options to the load', async () => {
    const options = "OBJECT_CONSTRUCT('max_file_size', 3000, 'rename', OBJECT_CONSTRUCT('N', 'number'))"
    const status = await ended(await call(`'MANY', 'many', ${options}`))
    expect(status).toMatchObject({ state: 'complete', rows: { expected: 400, written: 400 } })
    expect(status.chunks.total).toBeGreaterThan(3)
    const [[, first] = []] = await world.items('many', 'ID')
    expect(Object.keys(first ?? {}).toSorted()).toEqual(['ID', 'number'])
  })

  it('can be cancelled, and goes on by a redrive', async () => {
    const { run } = await call("'MANY', 'many', OBJECT_CONSTRUCT('max_file_size', 2000)")
    const [row] = await world.sql(`SELECT cancel_dynamo_load('${run}') AS status`)
    const cancelled = (row as { STATUS: Status }).STATUS
    expect(cancelled).toMatchObject({ state: 'failed', errors: [expect.stringMatching(/^cancelled by /)] })
    await world.sql(`SELECT redrive_dynamo_load('${run}')`)
    expect(await ended({ run })).toMatchObject({
      state: 'complete',
      rows: { expected: 400, read: 400, written: 400, unprocessed: 0 },
      errors: []
    })
  })

  it('takes an empty table, and a task may call it', async () => {
    await world.sql('CREATE TABLE nothing (id VARCHAR)')
    expect(await ended(await call("'NOTHING', 'spend'"))).toMatchObject({
      state: 'complete',
      rows: { read: 0 }
    })
    await world.sql(`
      CREATE TASK nightly SCHEDULE = '60 minutes' AS CALL load_to_dynamo('SPEND', 'spend');
      EXECUTE TASK nightly;
      SELECT 1`)
    await world.sql('DROP TASK nightly')
  })
})

describe('what load_to_dynamo refuses, before it unloads anything', () => {
  it.each([
    ['a query', "'SELECT * FROM spend'"],
    ['a subquery', "'(SELECT * FROM spend)'"],
    ['a name and more', "'SPEND WHERE 1 = 1'"],
    ['two names', "'SPEND, KINDS'"],
    ['a second statement', "'SPEND; DROP TABLE spend'"],
    ['a quoted trick', `'"SPEND" UNION SELECT * FROM "KINDS"'`],
    ['a quote inside quotes', `'"SPEND"";DROP"'`],
    ['a semicolon inside quotes', `'"SPEND;"'`],
    ['IDENTIFIER', "'IDENTIFIER(''SPEND'')'"],
    ['a table function', "'TABLE(GENERATOR(ROWCOUNT => 1))'"],
    ['a stage', "'@rejected_stage'"],
    ['four parts', "'a.b.c.d'"],
    ['a comment', "'SPEND -- x'"],
    ['an empty name', "''"],
    ['NULL', 'NULL']
  ])('%s', async (_, source) => {
    await expect(world.sql(`CALL load_to_dynamo(${source}, 'spend')`)).rejects.toThrow(
      /the source is the name of a table or view, such as MY_DB\.MY_SCHEMA\.SPEND, and never the text of a query/
    )
  })

  it.each([
    [
      "'SPEND', 'spend', OBJECT_CONSTRUCT('format', OBJECT_CONSTRUCT('type', 'xml'))",
      /'ndjson', 'csv' or 'parquet'/
    ],
    [
      "'SPEND', 'spend', OBJECT_CONSTRUCT('format', OBJECT_CONSTRUCT('type', 'csv', 'delimiter', ';'))",
      /its type alone/
    ],
    ["'SPEND', 'spend', OBJECT_CONSTRUCT('max_file_size', 99999999)", /at most 16777216/],
    ["'SPEND', NULL", /second argument/],
    ["'NO_SUCH_TABLE', 'spend'", /could not be unloaded: .*NO_SUCH_TABLE/]
  ])('%s', async (args, text) => {
    await expect(world.sql(`CALL load_to_dynamo(${args})`)).rejects.toThrow(text)
  })

  it('a stream, whose rows would be gone', async () => {
    await world.sql('CREATE STREAM changes ON TABLE spend')
    await expect(world.sql("CALL load_to_dynamo('CHANGES', 'spend')")).rejects.toThrow(
      /a stream is no source/
    )
  })

  it('an open transaction, which a load cannot be rolled back with', async () => {
    await expect(world.sql("BEGIN; CALL load_to_dynamo('SPEND', 'spend')")).rejects.toThrow(
      /a transaction is open: COMMIT or ROLLBACK/
    )
    await world.sql('ROLLBACK')
  })

  it('a table that the service does not allow: the run has failed, and says why', async () => {
    expect(await call("'SPEND', 'secrets'")).toMatchObject({
      state: 'failed',
      errors: [expect.stringMatching(/^table_not_allowed/)]
    })
  })
})
