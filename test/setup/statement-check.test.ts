import { describe, expect, it } from 'vitest'
import { checkOf } from '../../api/setup/statement-check.ts'

const isDone = (statement: string, ...rows: ReadonlyArray<Record<string, string>>) =>
  checkOf(statement)?.isDone(rows)
const probe = (statement: string) => checkOf(statement)?.probe

describe('whether a statement has been done', () => {
  it('an object: by its exact name, since LIKE takes any letter for _', () => {
    const create = 'create file format if not exists d.s.chunk_format\n    type = json'

    expect(probe(create)).toBe("show file formats like 'chunk_format' in schema d.s")
    expect(isDone(create, { name: 'CHUNK_FORMAT' })).toBe(true)
    expect(isDone(create, { name: 'CHUNKXFORMAT' })).toBe(false)
  })

  it('settings of an integration: lists in any order, as DESCRIBE shows them', () => {
    const alter =
      "alter integration i set\n    enabled = true\n    api_allowed_prefixes = ('https://a/', 'https://b/')"
    const row = (property: string, value: string) => ({ property, property_value: value })

    expect(isDone(alter, row('ENABLED', 'true'), row('API_ALLOWED_PREFIXES', 'https://b/,https://a/'))).toBe(
      true
    )
    expect(isDone(alter, row('ENABLED', 'true'), row('API_ALLOWED_PREFIXES', 'https://a/'))).toBe(false)
  })

  it('a function: URL, batch rows, context headers and compression', () => {
    const create = `create or replace external function d.s.f(a varchar, b object)
    returns variant
    called on null input
    volatile
    api_integration = i
    context_headers = (current_user, current_role)
    max_batch_rows = 500
    compression = gzip
    as 'https://a/v1/push'`
    const seen = {
      body: 'https://a/v1/push',
      max_batch_rows: '500',
      context_headers: '["CURRENT_USER","CURRENT_ROLE"]',
      compression: 'GZIP',
      volatility: 'VOLATILE',
      'null handling': 'CALLED ON NULL INPUT'
    }
    const rows = (more: object) =>
      Object.entries({ ...seen, ...more }).map(([property, value]) => ({ property, value }))

    expect(probe(create)).toBe('describe function d.s.f(varchar, object)')
    expect(isDone(create, ...rows({}))).toBe(true)
    for (const other of [
      { body: 'https://a/v1/get' },
      { max_batch_rows: '200' },
      { volatility: 'IMMUTABLE' }
    ])
      expect(isDone(create, ...rows(other)), JSON.stringify(other)).toBe(false)
  })

  it('a procedure by its body, a view by its text, a task by definition and schedule', () => {
    const procedure =
      'create or replace procedure d.s.p(a varchar, n number(38, 0) default 1)\nreturns varchar\nlanguage sql\nas\n$$\nbegin return a; end\n$$'
    expect(probe(procedure)).toBe('describe procedure d.s.p(varchar, number)')
    expect(isDone(procedure, { property: 'body', value: '\nbegin return a; end\n' })).toBe(true)
    expect(isDone(procedure, { property: 'body', value: 'begin return 1; end' })).toBe(false)

    const view = 'create or replace view d.s.v as\nselect 1 as one'
    expect(isDone(view, { name: 'V', text: 'create or replace view d.s.v as select 1 as one;' })).toBe(true)
    expect(isDone(view, { name: 'V', text: 'create or replace view d.s.v as select 2 as one;' })).toBe(false)

    const task =
      "create or replace task d.s.t\n    warehouse = w\n    schedule = '5 MINUTES'\n    as\n    select 1"
    const row = { name: 'T', warehouse: 'W', schedule: '5 MINUTES', definition: 'select 1' }
    expect(isDone(task, row)).toBe(true)
    expect(isDone(task, { ...row, schedule: '1 MINUTE' })).toBe(false)
    expect(isDone(task, { ...row, definition: 'select 2' })).toBe(false)
    const serverless = task.replace('warehouse = w', `user_task_managed_initial_warehouse_size = 'XSMALL'`)
    expect(isDone(serverless, row)).toBe(false)
    expect(isDone(serverless, { ...row, warehouse: '' })).toBe(true)
  })

  it('grants: every privilege, of this role', () => {
    const grant = 'grant select, insert on table d.s.t to role r'
    const row = (privilege: string) => ({ privilege, grantee_name: 'R' })

    expect(isDone(grant, row('SELECT'), row('INSERT'))).toBe(true)
    expect(isDone(grant, row('SELECT'), { privilege: 'INSERT', grantee_name: 'OTHER' })).toBe(false)
  })

  it('cannot be told of a statement of another form, and that is said', () => {
    expect(checkOf('use role r')).toBeUndefined()
    expect(() => checkOf('truncate table t')).toThrow('cannot tell')
  })
})
