import { isAbsent, type ResultRow, type Session } from './session.ts'
import { typesOf } from './show-answers.ts'

const replacing =
  /^create or replace (?:external |secure )?(function|procedure|view) ([^\s(]+)(?:\s*\(((?:[^()]|\([^()]*\))*)\))?/

/**
 * Replacing an object drops its grants. So one that others were granted is replaced and granted again by one block: an
 * interruption of ours cannot fall between. https://docs.snowflake.com/en/sql-reference/sql/create-external-function
 *
 * @returns the statement as it was, or that block
 */
export const keepingGrants = async (session: Session, statement: string): Promise<string> => {
  const [, kind, name, args = ''] = replacing.exec(statement) ?? []
  if (kind === undefined) return statement
  const path = `${kind} ${name}${kind === 'view' ? '' : `(${typesOf(args)})`}`
  const grants = (await grantsOn(session, path))
    .filter(({ privilege, granted_to: to }) => privilege !== 'OWNERSHIP' && to === 'ROLE')
    .map(
      ({ privilege, grantee_name: role }) => `grant ${privilege} on ${path} to role ${quoted(role ?? '')};`
    )
  if (grants.length === 0) return statement
  const block = ['begin', `${statement};`, ...grants, 'end;'].join('\n')
  // As a text, since the statement may hold a body between dollar signs.
  return `execute immediate '${block.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
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
