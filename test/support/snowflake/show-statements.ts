import type { Row } from './account.ts'
import { likeOf } from './sql-text.ts'
import type { Form } from './work.ts'

const kinds: Readonly<Record<string, string>> = {
  roles: 'ROLE',
  databases: 'DATABASE',
  warehouses: 'WAREHOUSE',
  schemas: 'SCHEMA',
  'file formats': 'FILE FORMAT',
  stages: 'STAGE',
  tables: 'TABLE',
  views: 'VIEW',
  tasks: 'TASK',
  pipes: 'PIPE',
  streamlits: 'STREAMLIT',
  alerts: 'ALERT',
  'resource monitors': 'RESOURCE MONITOR',
  integrations: 'INTEGRATION'
}

export const showForms: readonly Form[] = [
  {
    pattern: /^show ([a-z ]+?) like '([^']*)'(?: in (?:database|schema) ([\w.]+))?$/i,
    run: ({ account, session }, plural = '', pattern = '', parent = '') => {
      const like = likeOf(pattern)
      if (parent) account.visible(session, parent.includes('.') ? 'SCHEMA' : 'DATABASE', parent)
      const reached = account.reach(session.role)
      return account
        .listed(kinds[plural.toLowerCase()] ?? '')
        .filter(
          ({ kind, owner, grants }) =>
            kind === 'ROLE' || reached.has(owner) || grants.some(({ role }) => reached.has(role))
        )
        .map(({ name, owner, properties }): Row => {
          const at = name.lastIndexOf('.')
          return {
            ...Object.fromEntries(
              Object.entries(properties).map(([property, value]) => [property.toLowerCase(), value])
            ),
            name: name.slice(at + 1),
            parent: at < 0 ? '' : name.slice(0, at),
            owner
          }
        })
        .filter((row) => like.test(row.name ?? '') && (parent === '' || row.parent === parent.toUpperCase()))
    }
  }
]
