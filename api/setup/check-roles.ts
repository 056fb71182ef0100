import type { Variables } from './script.ts'
import { type Session, SqlError } from './session.ts'

/**
 * Takes on every role that the set-up needs, before it changes anything. A programmatic access token with ROLE_RESTRICTION
 * (https://docs.snowflake.com/en/sql-reference/sql/alter-user-add-programmatic-access-token) and an OAuth token for one role
 * (`session:role:…`) hold one role, whatever the user was granted, and the set-up would end half-way.
 *
 * @throws Error naming the roles that the connection cannot take on, and the ways out
 */
export const checkRoles = async (session: Session, variables: Variables): Promise<void> => {
  const refused: string[] = []
  let said = ''
  for (const role of ['useradmin', 'securityadmin', 'sysadmin', variables.admin_role ?? ''])
    try {
      await session.run(`use role ${role}`)
    } catch (error) {
      if (!(error instanceof SqlError)) throw error
      refused.push(role)
      said ||= error.message
    }
  if (refused.length === 0) return
  throw new Error(
    `nothing was changed: this connection cannot take on the role ${refused.join(', ')} (${said}). ` +
      'A token restricted to a role, or OAuth for one role, cannot change roles: sign in by a key pair, by a token with ' +
      'ROLE_RESTRICTION unset or OAuth with session:role-any. Connect as a user who has the roles, or name another with --admin-role; or hand npm run setup -- --dry-run to those who do'
  )
}
