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
  const [, kind, name = '', args = ''] = replacing.exec(statement) ?? []
  // Snowflake keeps them itself where it is told to; external functions it cannot tell.
  if (kind === undefined || /\bcopy grants\b/.test(statement.split(/\bas\b/, 1)[0] ?? '')) return statement
  const path = `${kind} ${name}${kind === 'view' ? '' : `(${typesOf(args)})`}`
  const grants = (await grantsOn(session, path))
    .filter(({ privilege }) => privilege !== 'OWNERSHIP')
    .map((grant) => grantAgain(grant, path, name.split('.', 1)[0] ?? ''))
  if (grants.length === 0) return statement
  const block = ['begin', `${statement};`, ...grants, 'end;'].join('\n')
  // As a text, since the statement may hold a body between dollar signs.
  return `execute immediate '${block.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}

/** A row of SHOW GRANTS ON as the statement that makes it: roles, database roles, users, shares, applications and their roles. */
const grantAgain = (grant: ResultRow, path: string, database: string): string => {
  const kind = (grant.granted_to ?? 'ROLE').replaceAll('_', ' ').toLowerCase()
  const grantee = grant.grantee_name ?? ''
  const isPath = kind === 'database role' || kind === 'application role'
  // A database role of the object's own database is shown by its name alone.
  const parts = isPath && grantee.includes('.') ? grantee.split('.') : [grantee]
  const name = parts.map(quoted).join('.')
  const to = kind === 'database role' && parts.length === 1 ? `${database}.${name}` : name
  const option = grant.grant_option === 'true' ? ' with grant option' : ''
  return `grant ${grant.privilege} on ${path} to ${kind} ${to}${option};`
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
