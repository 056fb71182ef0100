import type { StatementCheck } from './check.ts'
import { functionCheck, procedureCheck } from './function-check.ts'
import type { ResultRow } from './session.ts'
import { lastOf, propertiesOf, restOf, sameText, settingsOf, upper } from './show-answers.ts'

interface Form {
  readonly pattern: RegExp
  check(...parts: string[]): StatementCheck
}

const listed = (
  show: string,
  path: string,
  also: (row: ResultRow) => boolean = () => true
): StatementCheck => ({
  // In LIKE `_` stands for any letter: the rows are compared by name.
  probe: `show ${show.replace('?', `like '${lastOf(path)}'`)}`,
  isDone: (rows) => rows.some((row) => upper(row.name) === upper(lastOf(path)) && also(row))
})

const forms: readonly Form[] = [
  {
    pattern: /^create (role|database|warehouse|resource monitor) if not exists (\S+)/,
    check: (kind, name = '') => listed(`${kind}s ?`, name)
  },
  {
    pattern: /^create schema if not exists (\S+)/,
    check: (name = '') => listed(`schemas ? in database ${restOf(name)}`, name)
  },
  {
    pattern:
      /^create (?:transient )?(file format|stage|table|stream|pipe|sequence|streamlit) if not exists ([^\s(]+)/,
    check: (kind, name = '') => listed(`${kind}s ? in schema ${restOf(name)}`, name)
  },
  {
    pattern: /^create (?:api|storage|notification) integration if not exists (\S+)/,
    check: (name = '') => listed('integrations ?', name)
  },
  {
    pattern: /^alter integration (\S+) set\s+(.*)$/s,
    check: (name, settings = '') => ({
      probe: `describe integration ${name}`,
      isDone: (rows) => {
        const seen = propertiesOf(rows)
        return settingsOf(settings).every(
          ([key, value]) => listText(seen.get(upper(key))) === listText(value)
        )
      }
    })
  },
  {
    pattern: /^execute immediate\s+\$\$\s*begin\s+alter streamlit (\S+) add live version from last;/,
    check: (name) => ({
      probe: `describe streamlit ${name}`,
      isDone: (rows) => rows.some((row) => (row.live_version_location_uri ?? '') !== '')
    })
  },
  {
    pattern: /^alter streamlit (\S+) set comment = '([^']*)'$/,
    check: (name = '', comment = '') =>
      listed(`streamlits ? in schema ${restOf(name)}`, name, (row) => row.comment === comment)
  },
  {
    pattern: /^alter stage (\S+) set\s+(.*)$/s,
    check: (name = '', settings = '') =>
      listed(`stages ? in schema ${restOf(name)}`, name, (row) =>
        settingsOf(settings).every(([key, value]) => upper(row[key]) === upper(value))
      )
  },
  {
    pattern: /^alter table (\S+) add column if not exists (\w+)/,
    check: (name, column) => ({
      probe: `describe table ${name}`,
      isDone: (rows) => rows.some((row) => upper(row.name) === upper(column))
    })
  },
  {
    pattern: /^create or replace (?:secure )?view ([^\s(]+)/,
    check: (name = '') => listed(`views ? in schema ${restOf(name)}`, name)
  },
  {
    pattern: /^create or replace task (\S+)(.*?)\s+as\s(.*)$/s,
    check: (name = '', options = '', body = '') =>
      listed(
        `tasks ? in schema ${restOf(name)}`,
        name,
        (row) =>
          sameText(row.definition, body) &&
          // One without a warehouse is serverless.
          upper(row.warehouse) === upper(new Map(settingsOf(options)).get('warehouse')) &&
          settingsOf(options).every(([key, value]) => row[key] === undefined || sameOption(row[key], value))
      )
  },
  {
    pattern: /^create or replace alert (\S+)(.*?)\s+if \(exists \((.*)\)\)\s+then\s(.*)$/s,
    check: (name = '', options = '', condition = '', action = '') =>
      listed(
        `alerts ? in schema ${restOf(name)}`,
        name,
        (row) =>
          sameText(row.condition, condition) &&
          sameText(row.action, action) &&
          upper(row.warehouse) === upper(new Map(settingsOf(options)).get('warehouse')) &&
          settingsOf(options).every(([key, value]) => row[key] === undefined || sameOption(row[key], value))
      )
  },
  {
    pattern: /^alter (task|alert) (\S+) (resume|suspend)$/,
    check: (kind, name = '', state) =>
      listed(
        `${kind}s ? in schema ${restOf(name)}`,
        name,
        (row) => upper(row.state) === (state === 'resume' ? 'STARTED' : 'SUSPENDED')
      )
  },
  {
    pattern: /^alter (resource monitor|warehouse) (\S+) set (\w+) = (\w+)$/,
    check: (kind, name = '', key = '', value = '') =>
      listed(
        `${kind}s ?`,
        name,
        (row) => Number(row[key]) === Number(value) || upper(row[key]) === upper(value)
      )
  },
  {
    pattern: /^grant role (\S+) to role (\S+)$/,
    check: (name, grantee) => ({
      probe: `show grants of role ${name}`,
      isDone: (rows) => rows.some((row) => upper(row.grantee_name) === upper(grantee))
    })
  },
  {
    pattern: /^grant (.+) on (.+) to role (\S+)$/s,
    check: (privileges = '', object, grantee) => ({
      probe: `show grants on ${object}`,
      isDone: (rows) =>
        privileges
          .split(',')
          .every((privilege) =>
            rows.some(
              (row) =>
                upper(row.privilege) === upper(privilege.trim()) && upper(row.grantee_name) === upper(grantee)
            )
          )
    })
  },
  { pattern: /^create or replace external function ([^(\s]+)\(([^)]*)\)(.*)$/s, check: functionCheck },
  {
    pattern:
      /^create or replace (procedure|function) ([^(\s]+)\s*\(((?:[^()]|\([^()]*\))*)\).*?\$\$(.*)\$\$$/s,
    check: procedureCheck
  }
]

/** @returns nothing for statements that change nothing, such as `use role`; others are known or an error */
export const checkOf = (statement: string): StatementCheck | undefined => {
  if (/^(use|describe|show|select)\s/.test(statement)) return undefined
  const view = /^create or replace (?:secure )?view /.test(statement)
  for (const { pattern, check } of forms) {
    const match = pattern.exec(statement)
    if (!match) continue
    const found = check(...match.slice(1))
    // SHOW VIEWS holds the statement that made the view, to the letter.
    return view
      ? {
          ...found,
          isDone: (rows) => found.isDone(rows) && rows.some(({ text }) => sameText(text, statement))
        }
      : found
  }
  throw new Error(`the set-up cannot tell whether this has been done: ${statement.split('\n', 1)[0]}`)
}

/** Lists have no order. */
const listText = (text: string | undefined): string =>
  (text ?? '')
    .replace(/[[\]'"\s]/g, '')
    .split(',')
    .sort()
    .join()

/** `5 minutes` and `5 MINUTE` are one schedule; settingsOf has dropped the blanks. */
const sameOption = (seen: string | null | undefined, wanted: string): boolean =>
  option(upper(seen)) === option(upper(wanted))

const option = (text: string): string => text.replace(/\s/g, '').replace(/(HOUR|MINUTE|SECOND)S$/, '$1')
