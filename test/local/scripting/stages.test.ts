import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FolderStore, folderStore } from '../../../api/local/folder-store.ts'
import { rowsAsJson } from '../../../api/local/worksheet/rows-as-json.ts'
import { openWorksheet, type RunOptions, type Worksheet } from '../../../api/local/worksheet/worksheet.ts'

let worksheet: Worksheet
let folder: string
let bucket: FolderStore
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stages-'))
  bucket = folderStore(folder)
  worksheet = await openWorksheet({ call: async () => [], bucket, threads: 1 })
  await worksheet.run(
    "create table t as select column1 as k, column2 as n from values ('a', 1), ('b', 2), ('c', 3)"
  )
})
afterEach(async () => {
  await worksheet.close()
  await rm(folder, { recursive: true, force: true })
})

const rows = async (sql: string): Promise<readonly Record<string, unknown>[]> => {
  let last = '[]'
  await worksheet.run(sql, { onResult: (result) => (last = rowsAsJson(result)) })
  return JSON.parse(last) as Record<string, unknown>[]
}
const keys = async (): Promise<readonly string[]> => {
  const found: string[] = []
  for await (const { key } of bucket.list('')) found.push(key)
  return found
}
const linesOf = async (key: string): Promise<readonly string[]> => {
  const object = await bucket.read(key, 1_000_000)
  const content = Buffer.from(object?.content ?? [])
  return (key.endsWith('.gz') ? gunzipSync(content) : content).toString().trim().split('\n')
}
const unload =
  "from (select object_construct_keep_null(*) from t order by k) file_format = (format_name = 'chunk_format')"

// https://docs.snowflake.com/en/sql-reference/sql/copy-into-location
describe('COPY INTO a stage', () => {
  it('writes lines of JSON, and tells file, bytes and rows', async () => {
    const [file] = await rows(
      `copy into @chunk_stage/run-delete/ ${unload} include_query_id = true detailed_output = true`
    )
    expect(file).toMatchObject({ FILE_SIZE: expect.any(Number), ROW_COUNT: 3 })
    expect(file?.FILE_NAME).toMatch(/^run-delete\/data_[0-9a-f-]{36}_0_0_0\.json\.gz$/)
    expect(await linesOf(`unload/${file?.FILE_NAME}`)).toEqual([
      '{"K":"a","N":1}',
      '{"K":"b","N":2}',
      '{"K":"c","N":3}'
    ])
  })

  it('cuts files at their largest size, or writes one by the very name', async () => {
    await rows(`copy into @chunk_stage/r/ ${unload} max_file_size = 20`)
    expect(await keys()).toEqual([0, 1, 2].map((at) => `unload/r/data_0_${at}_0.json.gz`))
    expect(
      await rows(
        "copy into @chunk_stage/r/manifest.json from (select object_construct('version', 1)) file_format = (format_name = 'manifest_format') single = true overwrite = true"
      )
    ).toEqual([{ rows_unloaded: 1, input_bytes: 14, output_bytes: 14 }])
    expect(await linesOf('unload/r/manifest.json')).toEqual(['{"version":1}'])
  })

  it('does not write over a file unless told', async () => {
    await rows(`copy into @chunk_stage/r/ ${unload}`)
    await expect(rows(`copy into @chunk_stage/r/ ${unload}`)).rejects.toThrow(
      'Files already existing at the unload destination'
    )
    await rows(`copy into @chunk_stage/r/ ${unload} overwrite = true`)
  })

  it.each([
    [
      "copy into @chunk_stage/r/ from (select k, n from t) file_format = (format_name = 'chunk_format')",
      'a single column of type VARIANT'
    ],
    ['copy into @chunk_stage/r/ from t file_format = (type = avro)', 'A file format AVRO'],
    ["copy into @chunk_stage/r/ from t file_format = (type = csv field_delimiter = ';')", 'FIELD_DELIMITER'],
    [
      "copy into @nowhere/r/ from (select object_construct(*) from t) file_format = (format_name = 'chunk_format')",
      "Stage 'NOWHERE' does not exist"
    ],
    [
      "copy into @chunk_stage/r/ from (select object_construct(*) from t) file_format = (format_name = 'nothing')",
      "File format 'NOTHING' does not exist"
    ],
    [`copy into @chunk_stage/r/ ${unload} partition_by = (k)`, 'COPY INTO with PARTITION_BY'],
    ["create stage s url = 's3://elsewhere/x/'", 'A stage outside of the local bucket'],
    ['create file format f type = csv', 'A file format CSV']
  ])('refuses %s', async (sql, message) => {
    await worksheet.run('select 1 from load_events')
    await expect(rows(sql)).rejects.toThrow(message)
  })
})

// https://docs.snowflake.com/en/user-guide/querying-stage
describe('a query of a stage', () => {
  it('reads lines of JSON, plain or zipped, with file and row number, by prefix and pattern', async () => {
    await bucket.write(
      'rejected/r/data_0.ndjson.gz',
      gzipSync('{"row":{"ID":"a"},"code":"x"}\n{"row":{"ID":"b"},"code":"y"}\n')
    )
    await bucket.write('rejected/r/.parts/data_1.ndjson', Buffer.from('{"code":"z"}'))
    await bucket.write('rejected/other/data_0.ndjson', Buffer.from('{"code":"w"}'))
    expect(
      await rows(
        "select $1['code']::varchar as code, metadata$filename as file, metadata$file_row_number as n from @rejected_stage/r/ (file_format => 'audit_format', pattern => '[^.]*data_.*') order by n"
      )
    ).toEqual([
      { CODE: 'x', FILE: 'rejected/r/data_0.ndjson.gz', N: 1 },
      { CODE: 'y', FILE: 'rejected/r/data_0.ndjson.gz', N: 2 }
    ])
    await expect(rows('select $1 from @rejected_stage/r/')).rejects.toThrow('A stage without a FILE_FORMAT')
  })
})

describe('COPY INTO a table', () => {
  it('loads each file once', async () => {
    const copy =
      "copy into load_events (event, file_name) from (select $1, metadata$filename from @audit_stage) file_format = (format_name = 'audit_format') on_error = 'SKIP_FILE'"
    await bucket.write('audit/a.ndjson', Buffer.from('{"event":"run_ended"}\n'))
    expect(await rows(copy)).toEqual([{ file: 'audit/a.ndjson', status: 'LOADED' }])
    expect(await rows(copy)).toEqual([{ status: 'Copy executed with 0 files processed.' }])
    await bucket.write('audit/b.ndjson', Buffer.from('{"event":"chunk"}\n'))
    await rows(copy)
    expect(await rows('select file_name from load_events order by 1')).toEqual([
      { FILE_NAME: 'audit/a.ndjson' },
      { FILE_NAME: 'audit/b.ndjson' }
    ])
  })

  it('fails at a file that it cannot read and loads nothing, unless ON_ERROR passes over it', async () => {
    const copy =
      "copy into load_events (event, file_name) from (select $1, metadata$filename from @audit_stage) file_format = (format_name = 'audit_format')"
    await bucket.write('audit/a.ndjson', Buffer.from('{"event":"chunk"}\n'))
    await bucket.write('audit/b.ndjson', Buffer.from('{"event":"chunk"}\nno JSON\n'))
    await expect(rows(copy)).rejects.toThrow("File 'audit/b.ndjson', line 2")
    expect(await rows('select file_name from load_events')).toEqual([])
    expect(await rows(`${copy} on_error = SKIP_FILE`)).toEqual([
      { file: 'audit/a.ndjson', status: 'LOADED' },
      { file: 'audit/b.ndjson', status: 'LOAD_FAILED' }
    ])
    for (const [option, message] of [
      ['on_error = CONTINUE', 'ON_ERROR = CONTINUE'],
      ['overwrite = TRUE', 'COPY INTO a table with OVERWRITE']
    ])
      await expect(rows(`${copy} ${option}`)).rejects.toThrow(message)
  })
})

describe('a pipe', () => {
  it('copies what lies there when it is told to, each file once, and is refused what it cannot do', async () => {
    await bucket.write('audit/a.ndjson', Buffer.from('{"event":"chunk"}\n'))
    const count = 'select count(*) as n from load_events'
    expect(await rows(count)).toEqual([{ N: 0 }])
    for (let times = 0; times < 2; times += 1)
      await rows("alter pipe load_events_pipe refresh modified_after = '2026-01-01T00:00:00Z'")
    expect(await rows(count)).toEqual([{ N: 1 }])
    await expect(rows('alter pipe no_such refresh')).rejects.toThrow("Pipe 'NO_SUCH' does not exist")
    await expect(rows('alter pipe load_events_pipe set comment = x')).rejects.toThrow('ALTER PIPE with SET')
  })

  it.each([
    ["prefix = 'pushes/'", 'REFRESH with PREFIX'],
    ["modified_after = '2026-01-01T00:00:00Z' prefix = 'pushes/'", 'REFRESH with PREFIX'],
    ["modified_after = 'yesterday'", "invalid value 'yesterday'"]
  ])('refuses REFRESH %s, which it would not heed', async (option, message) => {
    await expect(rows(`alter pipe load_events_pipe refresh ${option}`)).rejects.toThrow(message)
  })

  it('passes over a file that it cannot read, and loads it once it is mended', async () => {
    const count = 'select count(*) as n from load_events'
    await bucket.write('audit/a.ndjson', Buffer.from('{"event":"chunk"}\n{"event":\n'))
    await bucket.write('audit/b.ndjson', Buffer.from('{"event":"chunk"}\n'))
    await bucket.write('audit/c.ndjson.gz', gzipSync('{"event":"chunk"}\n').subarray(0, 20))
    await rows('alter pipe load_events_pipe refresh')
    expect(await rows('select file_name from load_events')).toEqual([{ FILE_NAME: 'audit/b.ndjson' }])
    await bucket.write('audit/a.ndjson', Buffer.from('{"event":"chunk"}\n{"event":"chunk"}\n'))
    await rows('alter pipe load_events_pipe refresh')
    expect(await rows(count)).toEqual([{ N: 3 }])
    await rows(
      "create or replace pipe load_events_pipe as copy into load_events (event) from (select $1 from @audit_stage) file_format = (format_name = 'audit_format') on_error = abort_statement"
    )
    await expect(rows('alter pipe load_events_pipe refresh')).rejects.toThrow("File 'audit/c.ndjson.gz'")
  })

  it('says whether it was there', async () => {
    const create =
      "create pipe if not exists p as copy into load_events (event) from (select $1 from @audit_stage) file_format = (format_name = 'audit_format')"
    expect(await rows(create)).toEqual([{ status: 'Pipe P successfully created.' }])
    expect(await rows(create)).toEqual([{ status: 'P already exists, statement succeeded.' }])
    await expect(rows(create.replace('if not exists ', ''))).rejects.toThrow("Object 'P' already exists.")
  })

  it('told by copy_dynamo_events brings every line once, and sums up the days that are over, once', async () => {
    const at = '2026-01-01T00:00:00Z'
    const lines = [
      { event: 'pushed', query_id: 'q', table: 't', read: 1, rejected: 0, condition_failed: 0, at },
      { event: 'run_ended', run: 'l', table: 't', generation: 0, rows: { read: 2, rejected: 0 }, at }
    ]
    await bucket.write('audit/a.ndjson', Buffer.from(lines.map((line) => JSON.stringify(line)).join('\n')))
    await rows('call copy_dynamo_events()')
    // As old as what is summed up; a line of the hours between the task of 0.1.0 and the pipe stands there twice.
    await rows("update load_events set loaded_at = dateadd('hour', -2, loaded_at)")
    for (let times = 0; times < 2; times += 1) await rows('call copy_dynamo_events()')
    expect(await rows('select file_row from load_events order by 1')).toEqual([
      { FILE_ROW: 1 },
      { FILE_ROW: 2 }
    ])
    await rows('insert into load_events select * from load_events')
    expect(
      await rows('select activity, read_rows from dynamo_audit_day_counts where activity is not null')
    ).toEqual([{ ACTIVITY: 'push', READ_ROWS: 1 }])
    // Lines of 0.1.0 say nothing of a dry run.
    expect(await rows('select activity, read_rows, valid from dynamo_audit order by 1')).toEqual([
      { ACTIVITY: 'load', READ_ROWS: 2, VALID: 0 },
      { ACTIVITY: 'push', READ_ROWS: 1, VALID: 0 }
    ])
  })

  it('copies by itself where it does on Snowflake: before a statement that reads its table through whatever views', async () => {
    const piped = await openWorksheet({ call: async () => [], bucket, threads: 1, isPiped: true })
    const audit = [
      { event: 'run_started', run: 'r', table: 't', generation: 0, started_at: '2026-01-01T00:00:00Z' },
      { event: 'row', key: { id: 'a' }, status: 'written' }
    ]
    await bucket.write('audit/a.ndjson', Buffer.from(audit.map((line) => JSON.stringify(line)).join('\n')))
    let last = '[]'
    const onResult: RunOptions['onResult'] = (result) => {
      last = rowsAsJson(result)
    }
    await piped.run('select run, state from dynamo_loads', { onResult })
    expect(JSON.parse(last)).toEqual([{ RUN: 'r', STATE: 'running' }])

    await bucket.write('audit/b.ndjson', Buffer.from('{"event":"row","status":"stale"}\n'))
    const statuses =
      "select event['status']::varchar as s from load_events where event['event'] = 'row' order by 1"
    await piped.run(statuses, { onResult })
    expect(JSON.parse(last)).toEqual([{ S: 'stale' }, { S: 'written' }])
    await piped.close()
  })
})
