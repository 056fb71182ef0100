import { isAbsent, type ResultRow, type Session } from './session.ts'
import { typesOf } from './show-answers.ts'

const replacing = /^create or replace external function ([^(\s]+)\(([^)]*)\)/

/**
 * Replacing a function drops its grants, and its URL can be changed in no other way. So a function that others were
 * granted is replaced and granted again by one block: an interruption of ours cannot fall between.
 * https://docs.snowflake.com/en/sql-reference/sql/create-external-function
 *
 * @returns the statement as it was, or that block
 */
export const keepingGrants = async (session: Session, statement: string): Promise<string> => {
  const [, name, args = ''] = replacing.exec(statement) ?? []
  if (name === undefined) return statement
  const path = `function ${name}(${typesOf(args)})`
  const grants = (await grantsOn(session, path))
    .filter(({ privilege, granted_to: to }) => privilege === 'USAGE' && to === 'ROLE')
    .map(({ grantee_name: role }) => `grant usage on ${path} to role ${quoted(role ?? '')};`)
  if (grants.length === 0) return statement
  return `execute immediate $$\nbegin\n${statement};\n${grants.join('\n')}\nend;\n$$`
}

const grantsOn = async (session: Session, path: string): Promise<readonly ResultRow[]> => {
  try {
    return await session.run(`show grants on ${path}`)
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
}

/** A name that SHOW gives as it is stored. */
const quoted = (name: string): string =>
  /^[A-Z_][A-Z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`
