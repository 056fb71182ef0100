import { isAbsent, type ResultRow, type Session } from './session.ts'
import { typesOf } from './show-answers.ts'

const replacing = /^create or replace external function ([^(\s]+)\(([^)]*)\)/

/**
 * Replacing a function drops its grants, and its URL can be changed in no other way: the grants that it has now, as
 * statements to run afterwards. https://docs.snowflake.com/en/sql-reference/sql/create-external-function
 */
export const keptGrants = async (session: Session, statement: string): Promise<readonly string[]> => {
  const [, name, args = ''] = replacing.exec(statement) ?? []
  if (name === undefined) return []
  const path = `function ${name}(${typesOf(args)})`
  let rows: readonly ResultRow[]
  try {
    rows = await session.run(`show grants on ${path}`)
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
  return rows
    .filter(({ privilege, granted_to: to }) => privilege === 'USAGE' && to === 'ROLE')
    .map(({ grantee_name: role }) => `grant usage on ${path} to role ${quoted(role ?? '')}`)
}

/** A name that SHOW gives as it is stored. */
const quoted = (name: string): string =>
  /^[A-Z_][A-Z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`
