import { Refusal, type Row, syntaxError } from './account.ts'
import { optionsOf, typesOf, unknownOptions } from './sql-text.ts'
import { done, type Form, needs, type Work } from './work.ts'

const known: Readonly<Record<string, readonly string[]>> = {
  ROLE: ['COMMENT'],
  DATABASE: ['COMMENT'],
  SCHEMA: ['DEFAULT_DDL_COLLATION', 'COMMENT'],
  WAREHOUSE: [
    'WAREHOUSE_SIZE',
    'GENERATION',
    'ENABLE_QUERY_ACCELERATION',
    'AUTO_SUSPEND',
    'AUTO_RESUME',
    'INITIALLY_SUSPENDED',
    'STATEMENT_TIMEOUT_IN_SECONDS',
    'STATEMENT_QUEUED_TIMEOUT_IN_SECONDS',
    'COMMENT'
  ],
  'FILE FORMAT': ['TYPE', 'COMPRESSION', 'COMMENT'],
  STAGE: ['URL', 'STORAGE_INTEGRATION', 'COMMENT']
}

/** Checks rights, keeps what is there, else stores. */
const create = (
  { account, session }: Work,
  kind: string,
  name: string,
  properties: Record<string, string>,
  isReplacing = false,
  keeps = false
) => {
  const parent = name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : undefined
  if (parent === undefined) needs(account.mayOnAccount(session.role, `CREATE ${kind}`), 'account')
  else {
    const container = account.visible(session, parent.includes('.') ? 'SCHEMA' : 'DATABASE', parent)
    needs(account.may(session.role, container, `CREATE ${kind}`), `schema '${parent}'`)
  }
  if (account.has(kind, name) && !isReplacing) return done(`${name} already exists, statement succeeded.`)
  account.store(kind, name, session.role, properties, keeps)
  if (kind === 'ROLE') account.holders.set(name.toUpperCase(), new Set())
  return done(`${kind} ${name.toUpperCase()} successfully created.`)
}

const stageChecks = ({ account, session }: Work, options: Record<string, string>): void => {
  const { URL: url = '', STORAGE_INTEGRATION: integration = '' } = options
  const storage = account.visible(session, 'INTEGRATION', integration)
  needs(account.may(session.role, storage, 'USAGE'), `integration '${integration}'`)
  const allowed = storage.properties.STORAGE_ALLOWED_LOCATIONS?.split(',') ?? []
  if (!allowed.some((location) => url.startsWith(location)))
    throw new Refusal(
      '003139',
      `SQL compilation error: Location '${url}' is not allowed by integration ${integration}. Please use DESC INTEGRATION to check out allowed and blocked locations.`
    )
}

/** COPY GRANTS, before the body. */
export const isKeeping = (sql: string): boolean => /\bcopy\s+grants\b/i.test(sql.split(/\bas\b/i, 1)[0] ?? '')

export const objectForms: readonly Form[] = [
  {
    pattern:
      /^create (role|database|warehouse|schema|file format|stage) if not exists ([\w.]+)(?:\s+(.*))?$/is,
    run: (work, kind = '', name = '', rest = '') => {
      const options = optionsOf(rest)
      const unknown = unknownOptions(options, known[kind.toUpperCase()] ?? [])
      if (unknown.length > 0) throw syntaxError(unknown.join())
      if (kind.toUpperCase() === 'STAGE') stageChecks(work, options)
      return create(work, kind.toUpperCase(), name, options)
    }
  },
  {
    pattern: /^alter stage ([\w.]+) set\s+(.*)$/is,
    run: (work, name = '', rest = '') => {
      const { account, session } = work
      const stage = account.visible(session, 'STAGE', name)
      needs(account.may(session.role, stage), `stage '${name}'`)
      stageChecks(work, { ...stage.properties, ...optionsOf(rest) })
      Object.assign(stage.properties, optionsOf(rest))
      return done('Statement executed successfully.')
    }
  },
  {
    pattern: /^create (?:transient )?table if not exists ([\w.]+)\s*\((.*)\)([^()]*)$/is,
    run: (work, name = '') => create(work, 'TABLE', name, {})
  },
  {
    pattern: /^(create or replace view ([\w.]+)\s.*)$/is,
    run: (work, text = '', name = '') => create(work, 'VIEW', name, { TEXT: text }, true, isKeeping(text))
  },
  {
    // A view has the rows that a test planted in it.
    pattern: /^select [\w, ]+ from ([\w.]+) order by [\w, ]+$/i,
    run: ({ account, session }, name = '') => {
      const view = account.visible(session, 'VIEW', name)
      needs(account.may(session.role, view, 'SELECT'), `view '${view.name}'`)
      if (session.warehouse === undefined)
        throw new Refusal('000606', 'No active warehouse selected in the current session.')
      return JSON.parse(view.properties.ROWS ?? '[]') as readonly Row[]
    }
  },
  {
    pattern: /^create or replace task ([\w.]+)(.*?)\s+as\s(.*)$/is,
    run: (work, name = '', options = '', definition = '') => {
      const read = optionsOf(options)
      if (read.WAREHOUSE) work.account.visible(work.session, 'WAREHOUSE', read.WAREHOUSE)
      return create(work, 'TASK', name, { ...read, STATE: 'suspended', DEFINITION: definition }, true)
    }
  },
  {
    pattern: /^alter task ([\w.]+) (resume|suspend)$/i,
    run: ({ account, session }, name = '', state = '') => {
      const task = account.visible(session, 'TASK', name)
      needs(account.mayOnAccount(session.role, 'EXECUTE TASK'), 'account: EXECUTE TASK is missing')
      if (task.properties.WAREHOUSE === undefined)
        needs(account.mayOnAccount(session.role, 'EXECUTE MANAGED TASK'), 'account: EXECUTE MANAGED TASK')
      task.properties.STATE = /resume/i.test(state) ? 'started' : 'suspended'
      return done('Statement executed successfully.')
    }
  },
  {
    pattern: /^drop (role|database|warehouse|task|integration|table|view) if exists ([\w.]+)$/i,
    run: ({ account }, _kind, name = '') => {
      for (const [key, object] of account.objects)
        if (object.name === name.toUpperCase()) account.objects.delete(key)
      return done('dropped')
    }
  },
  {
    pattern: /^drop (procedure|function) if exists ([\w.]+)\((.*)\)$/i,
    run: ({ account }, kind = '', name = '', args = '') => {
      account.objects.delete(`${kind.toUpperCase()} ${name.toUpperCase()}(${typesOf(args)})`)
      return done('dropped')
    }
  }
]
