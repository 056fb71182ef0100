import type { ResultRow } from './session.ts'

/** How to see whether a statement has been done: what to ask, and how to read the answer. */
export interface StatementCheck {
  readonly probe: string
  readonly isDone: (rows: readonly ResultRow[]) => boolean
}

const form = (pattern: RegExp, check: (...parts: string[]) => StatementCheck) => ({ pattern, check })
const upper = (text: string | null | undefined): string => (text ?? '').toUpperCase()

/** "db.schema.name" → last part. */
const lastOf = (path: string): string => path.slice(path.lastIndexOf('.') + 1)
const restOf = (path: string): string => path.slice(0, path.lastIndexOf('.'))

const listed = (
  show: string,
  path: string,
  also: (row: ResultRow) => boolean = () => true
): StatementCheck => ({
  probe: `show ${show.replace('?', `like '${lastOf(path).replaceAll('_', '\\\\_')}'`)}`,
  isDone: (rows) => rows.some((row) => upper(row.name) === upper(lastOf(path)) && also(row))
})

const forms = [
  form(/^create (role|database|warehouse) if not exists (\S+)/, (kind, name) =>
    listed(`${kind}s ?`, `${name}`)
  ),
  form(/^create schema if not exists (\S+)/, (name = '') =>
    listed(`schemas ? in database ${restOf(name)}`, name)
  ),
  form(/^create (file format|stage|table|task|pipe) if not exists (\S+)/, (kind, name = '') =>
    listed(`${kind}s ? in schema ${restOf(name)}`, name)
  ),
  form(/^create (?:api|storage) integration if not exists (\S+)/, (name = '') =>
    listed('integrations ?', name)
  ),
  form(/^alter integration (\S+) set\s+(.*)$/s, (name, settings = '') => ({
    probe: `describe integration ${name}`,
    isDone: (rows) => {
      const seen = propertiesOf(rows)
      return settingsOf(settings).every(([key, value]) => seen.get(upper(key)) === value)
    }
  })),
  form(/^alter task (\S+) resume$/, (name = '') =>
    listed(`tasks ? in schema ${restOf(name)}`, name, ({ state }) => state === 'started')
  ),
  form(/^grant role (\S+) to role (\S+)$/, (name, grantee) => ({
    probe: `show grants of role ${name}`,
    isDone: (rows) => rows.some((row) => upper(row.grantee_name) === upper(grantee))
  })),
  form(/^grant (.+) on (.+) to role (\S+)$/, (privilege, object, grantee) => ({
    probe: `show grants on ${object}`,
    isDone: (rows) =>
      rows.some(
        (row) => upper(row.privilege) === upper(privilege) && upper(row.grantee_name) === upper(grantee)
      )
  })),
  form(
    /^create or replace external function ([^(\s]+)\(([^)]*)\)(.*)$/s,
    (name, args = '', clauses = '') => ({
      probe: `describe function ${name}(${typesOf(args)})`,
      isDone: (rows) => {
        const seen = propertiesOf(rows)
        return [...functionSettings(clauses)].every(([key, value]) => normal(seen.get(key)) === normal(value))
      }
    })
  )
]

/** @returns nothing for statements that change nothing, such as `use role`; others are known or an error */
export const checkOf = (statement: string): StatementCheck | undefined => {
  if (/^(use|describe|show|select)\s/.test(statement)) return undefined
  for (const { pattern, check } of forms) {
    const match = pattern.exec(statement)
    if (match) return check(...match.slice(1))
  }
  throw new Error(`the set-up cannot tell whether this has been done: ${statement.split('\n', 1)[0]}`)
}

/** DESCRIBE's rows → property in upper case → value. */
export const propertiesOf = (rows: readonly ResultRow[]): ReadonlyMap<string, string> =>
  new Map(rows.map((row) => [upper(row.property), row.property_value ?? row.value ?? '']))

/** `a = 'x' b = ('y', 'z')` → pairs, with lists as DESCRIBE shows them. */
const settingsOf = (text: string): [string, string][] =>
  [...text.matchAll(/(\w+)\s*=\s*(\([^)]*\)|'[^']*'|\w+)/g)].map(([, key = '', value = '']) => [
    key,
    value.replace(/[()'\s]/g, '')
  ])

const functionSettings = (clauses: string): ReadonlyMap<string, string> => {
  const of = (pattern: RegExp) => pattern.exec(clauses)?.[1] ?? ''
  return new Map([
    ['BODY', of(/\bas '([^']*)'$/)],
    ['MAX_BATCH_ROWS', of(/max_batch_rows = (\d+)/)],
    ['CONTEXT_HEADERS', of(/context_headers = \(([^)]*)\)/)],
    ['COMPRESSION', of(/compression = (\w+)/)],
    ['VOLATILITY', 'VOLATILE'],
    ['NULL HANDLING', 'CALLED ON NULL INPUT']
  ])
}

/** Context headers come back as a JSON list. */
const normal = (text: string | undefined): string => upper(text).replace(/["[\]\s]/g, '')

const typesOf = (args: string): string =>
  args
    .split(',')
    .map((arg) => arg.trim().split(/\s+/)[1])
    .join(', ')
