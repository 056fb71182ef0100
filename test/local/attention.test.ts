import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { auditPipe } from '../support/audit-pipe.ts'
import { daysAreSummed, openSynced, type Synced } from '../support/synced.ts'

// Each kind of dynamo_attention: what makes it appear, what a person does first where only a person can, and that the
// one statement in its column MEND makes it go.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let world: Synced
beforeAll(async () => {
  world = await openSynced(['spend', 'loads'].map((name) => ({ name, keys: [{ name: 'ID', type: 'S' }] })))
  await world.sql(`
    ${daysAreSummed};
    CREATE TABLE spend (id VARCHAR, n NUMBER);
    INSERT INTO spend VALUES ('a', 1), ('b', 2);
    CALL create_dynamo_sync('s', 'SPEND', 'spend', ARRAY_CONSTRUCT('ID'), OBJECT_CONSTRUCT('schedule', '10 minutes', 'mirror', TRUE));
    CALL run_dynamo_sync('s');
    CREATE TABLE streamed AS SELECT * FROM spend;
    CALL create_dynamo_sync('t', 'STREAMED', 'spend', ARRAY_CONSTRUCT('ID'), OBJECT_CONSTRUCT('capture', 'stream'));
    CALL run_dynamo_sync('t');
    CREATE TABLE loads (id VARCHAR, n NUMBER);
    INSERT INTO loads VALUES ('x', 1), ('', 2)`)
})
afterAll(() => world.close())

const ended = async (run: string): Promise<void> => {
  await world.loaded(run)
  await world.sql(auditPipe)
}
const set = (what: string) => `UPDATE dynamo_sync_definitions SET ${what} WHERE sync_name = 's'`

interface Case {
  readonly kind: string
  readonly cause?: string
  readonly severity: number
  readonly arise: () => Promise<unknown>
  /** What the statement cannot do by itself. */
  readonly first?: () => Promise<unknown>
  /** In place of the column, where options or the pipe are a person's. */
  readonly mend?: (subject: string) => string
  readonly after?: (subject: string) => Promise<unknown>
}

const loaded = async (): Promise<string> => {
  const { run } = await world.answer("load_to_dynamo('LOADS', 'loads')")
  return String(run)
}

/** Matters that stand side by side: of one sync, of the other, of a load. */
const rounds: readonly (readonly Case[])[] = [
  [
    {
      kind: 'task_suspended',
      severity: 1,
      arise: () => world.sql('ALTER TASK dynamo_sync_task_s SUSPEND; CALL check_dynamo_syncs()')
    },
    {
      kind: 'stream_gone',
      cause: 'missing',
      severity: 1,
      arise: () => world.sql('DROP STREAM dynamo_sync_stream_t; CALL check_dynamo_syncs()')
    },
    {
      kind: 'load_rows_aside',
      severity: 3,
      arise: async () => ended(await loaded()),
      mend: (run) =>
        `SELECT redrive_dynamo_load('${run}', OBJECT_CONSTRUCT('keys', OBJECT_CONSTRUCT('ID', 'k{N}')))`,
      after: ended
    }
  ],
  [
    {
      kind: 'sync_held',
      severity: 1,
      arise: () =>
        world.sql(
          set(`held_by = 'gone', held_since = DATEADD('day', -1, CURRENT_TIMESTAMP()),
             held_until = DATEADD('hour', -1, CURRENT_TIMESTAMP()), last_complete_at = DATEADD('day', -1, CURRENT_TIMESTAMP())`)
        )
    },
    {
      kind: 'stream_stale',
      severity: 2,
      arise: () =>
        world.sql(
          "UPDATE dynamo_sync_definitions SET stale_after = DATEADD('hour', 5, CURRENT_TIMESTAMP()) WHERE sync_name = 't'"
        )
    },
    {
      kind: 'load_failed',
      severity: 1,
      arise: async () => {
        const manifest = 'PARSE_JSON(\'{"version":1,"run":"bad","files":[{"name":"late.ndjson"}]}\')::OBJECT'
        await world.sql(`SELECT start_dynamo_load('loads', ${manifest})`)
        await ended('bad')
      },
      first: () =>
        world.sql(`COPY INTO @chunk_stage/bad/late.ndjson FROM (SELECT OBJECT_CONSTRUCT('ID', 'late'))
        FILE_FORMAT = (FORMAT_NAME = 'manifest_format') SINGLE = TRUE`),
      after: ended
    }
  ],
  [
    {
      kind: 'sync_failed',
      cause: 'source_unreadable',
      severity: 1,
      arise: () =>
        world.sql("CREATE TABLE away AS SELECT * FROM spend; DROP TABLE spend; CALL run_dynamo_sync('s')"),
      first: () => world.sql('CREATE TABLE spend AS SELECT * FROM away')
    },
    {
      kind: 'audit_behind',
      severity: 2,
      arise: async () => {
        const run = await loaded()
        await world.sql(`INSERT INTO load_events (event, loaded_at)
        SELECT OBJECT_CONSTRUCT('event', 'run_started', 'run', '${run}', 'table', 'loads', 'generation', 0, 'started_at',
          TO_VARCHAR(DATEADD('hour', -3, CURRENT_TIMESTAMP()), 'YYYY-MM-DD"T"HH24:MI:SS.FF3TZH:TZM')), DATEADD('hour', -3, CURRENT_TIMESTAMP())`)
        await world.loaded(run)
      },
      mend: () => auditPipe
    }
  ],
  [
    {
      kind: 'sync_failed',
      cause: 'too_many_deletes',
      severity: 1,
      arise: () => world.sql("DELETE FROM spend WHERE id = 'a'; CALL run_dynamo_sync('s')")
    }
  ],
  [
    {
      kind: 'rows_aside',
      severity: 3,
      arise: () => world.sql("INSERT INTO spend VALUES ('', 9); CALL run_dynamo_sync('s')"),
      first: () => world.sql("UPDATE spend SET id = 'nine' WHERE id = ''")
    },
    {
      kind: 'sync_overdue',
      severity: 2,
      arise: () => world.sql(set("last_complete_at = DATEADD('day', -1, CURRENT_TIMESTAMP())"))
    }
  ]
]

it.each(
  rounds.map((round) => ({
    round,
    kinds: round.map(({ kind, cause = '' }) => `${kind} ${cause}`.trim()).join(', ')
  }))
)('$kinds: appear, and are gone after one statement each', async ({ round }) => {
  for (const { arise } of round) await arise()
  const rows = await world.sql('SELECT * FROM dynamo_attention')
  const subjects = round.map(({ kind, cause, severity }) => {
    const found = rows.find(({ KIND }) => KIND === kind)
    expect(found).toMatchObject({
      SEVERITY: severity,
      CAUSE: cause ?? null,
      SUBJECT: expect.any(String),
      TARGET_TABLE: expect.stringMatching(/^(spend|loads)$/),
      SINCE: expect.any(String)
    })
    return { subject: String(found?.SUBJECT), mend: String(found?.MEND) }
  })

  for (const [at, todo] of round.entries()) {
    const { subject = '', mend = '' } = subjects[at] ?? {}
    await todo.first?.()
    await world.sql(todo.mend?.(subject) ?? mend)
    await todo.after?.(subject)
  }
  const kinds = (await world.sql('SELECT kind FROM dynamo_attention')).map(({ KIND }) => String(KIND))
  // What mends a matter of a sync leaves no other behind.
  const isGone = (kind: string) => !kind.startsWith('load') || round.some((known) => known.kind === kind)
  expect(kinds.filter(isGone)).toEqual([])
})

it('a stream that is made again does not forget what it has sent', async () => {
  const [newest] = await world.sql(
    "SELECT state, unchanged, message FROM dynamo_sync_runs WHERE sync = 't' AND message IS NOT NULL ORDER BY started_at DESC"
  )
  expect(newest).toMatchObject({
    STATE: 'complete',
    UNCHANGED: 2,
    MESSAGE: expect.stringContaining('was made again')
  })
})
