import { absent, type Grant } from './account.ts'
import { typesOf } from './sql-text.ts'
import { done, type Form, needs, type Work } from './work.ts'

const targets =
  /^(account|(database|schema|warehouse|integration|stage|file format|table|view|task|streamlit|function|procedure) (.+))$/is

/** "function f(varchar)" → what is stored of it. */
export const targetOf = ({ account, session }: Work, text: string) => {
  const [, whole = '', kind = '', name = ''] = targets.exec(text.trim()) ?? []
  if (/^account$/i.test(whole)) return account.find('ACCOUNT', '')
  const [, path = name, args] = /^([\w.]+)\((.*)\)$/s.exec(name) ?? []
  const full = args === undefined ? path : `${path}(${typesOf(args)})`
  return account.visible(session, kind.toUpperCase(), full)
}

export const grantForms: readonly Form[] = [
  {
    pattern: /^grant role (\w+) to role (\w+)$/i,
    run: ({ account, session }, role = '', to = '') => {
      const holders = account.holders.get(role.toUpperCase())
      if (!holders) throw absent('Role', role)
      if (!account.holders.has(to.toUpperCase())) throw absent('Role', to)
      needs(account.mayOnAccount(session.role, 'MANAGE GRANTS'), `role '${role}'`)
      holders.add(to.toUpperCase())
      return done('Statement executed successfully.')
    }
  },
  {
    pattern:
      /^grant ([\w ,]+) on (.+) to (role|database role|user|share|application|application role) ([\w".]+)( with grant option)?$/is,
    run: (work, privileges = '', on = '', kind = '', to = '', option = '') => {
      const { account, session } = work
      const role = to.replaceAll('"', '').toUpperCase()
      if (/^role$/i.test(kind) && !account.holders.has(role)) throw absent('Role', role)
      const target = targetOf(work, on)
      needs(account.may(session.role, target) || account.mayOnAccount(session.role, 'MANAGE GRANTS'), on)
      for (const privilege of privileges
        .toUpperCase()
        .split(',')
        .map((each) => each.trim()))
        target.grants.push({
          privilege,
          role,
          ...(/^role$/i.test(kind) ? {} : { to: kind.toUpperCase().replaceAll(' ', '_') }),
          ...(option === '' ? {} : { option: true })
        })
      return done('Statement executed successfully.')
    }
  },
  {
    pattern: /^show grants of role (\w+)$/i,
    run: ({ account }, role = '') => {
      const holders = account.holders.get(role.toUpperCase())
      if (!holders) throw absent('Role', role)
      return [...holders].map((grantee) => ({
        role: role.toUpperCase(),
        granted_to: 'ROLE',
        grantee_name: grantee
      }))
    }
  },
  {
    pattern: /^show grants on (.+)$/is,
    run: (work, on = '') => {
      const { kind, name, owner, grants } = targetOf(work, on)
      const all: readonly Grant[] = [{ privilege: 'OWNERSHIP', role: owner }, ...grants]
      return all.map(({ privilege, role, to = 'ROLE', option = false }) => ({
        privilege,
        granted_on: kind,
        name,
        granted_to: to,
        grantee_name: role,
        grant_option: String(option)
      }))
    }
  }
]
