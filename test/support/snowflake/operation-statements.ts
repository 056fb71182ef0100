import { absent } from './account.ts'
import { optionsOf } from './sql-text.ts'
import { done, type Form, needs } from './work.ts'

/** The queue of Snowflake that a bucket is to tell; its Region is that of the account. */
export const auditQueue = 'arn:aws:sqs:eu-central-1:123456789012:sf-snowpipe-AIDAEXAMPLE-abc123'

const schemaOf = (name: string): string => name.slice(0, name.lastIndexOf('.'))
const ok = () => done('Statement executed successfully.')

// Pipes, alerts, monitors, notification integrations, and the notes of upgrades.
export const operationForms: readonly Form[] = [
  {
    pattern: /^create pipe if not exists ([\w.]+)\s+(.*?)\s+as\s+copy into (.*)$/is,
    run: ({ account, session }, name = '', options = '', copy = '') => {
      needs(
        account.may(session.role, account.visible(session, 'SCHEMA', schemaOf(name)), 'CREATE PIPE'),
        name
      )
      const [, stage = ''] = /@([\w.]+)/.exec(copy) ?? []
      account.visible(session, 'STAGE', stage)
      if (!account.has('PIPE', name))
        account.store('PIPE', name, session.role, {
          ...optionsOf(options),
          NOTIFICATION_CHANNEL: auditQueue,
          DEFINITION: copy
        })
      return ok()
    }
  },
  {
    pattern: /^create or replace alert ([\w.]+)(.*?)\s+if \(exists \((.*)\)\)\s+then\s(.*)$/is,
    run: ({ account, session }, name = '', options = '', condition = '', action = '') => {
      needs(
        account.may(session.role, account.visible(session, 'SCHEMA', schemaOf(name)), 'CREATE ALERT'),
        name
      )
      const read = optionsOf(options)
      const right = read.WAREHOUSE === undefined ? 'EXECUTE MANAGED ALERT' : 'EXECUTE ALERT'
      needs(account.mayOnAccount(session.role, right), `account: ${right}`)
      account.store('ALERT', name, session.role, {
        ...read,
        CONDITION: condition,
        ACTION: action,
        STATE: 'suspended'
      })
      return ok()
    }
  },
  {
    pattern: /^alter alert ([\w.]+) resume$/i,
    run: ({ account, session }, name = '') => {
      needs(account.mayOnAccount(session.role, 'EXECUTE ALERT'), 'account: EXECUTE ALERT')
      account.visible(session, 'ALERT', name).properties.STATE = 'started'
      return ok()
    }
  },
  {
    pattern: /^create resource monitor if not exists (\w+) with\s+(.*)$/is,
    run: ({ account, session }, name = '', rest = '') => {
      needs(session.role === 'ACCOUNTADMIN', 'account')
      if (!account.has('RESOURCE MONITOR', name))
        account.store('RESOURCE MONITOR', name, session.role, {
          CREDIT_QUOTA: `${optionsOf(rest).CREDIT_QUOTA}.00`
        })
      return ok()
    }
  },
  {
    pattern: /^alter (resource monitor|warehouse) (\w+) set (\w+ = \w+)$/i,
    run: ({ account, session }, kind = '', name = '', setting = '') => {
      const object = account.find(kind.toUpperCase(), name)
      needs(account.may(session.role, object), name)
      Object.assign(object.properties, optionsOf(setting))
      return ok()
    }
  },
  {
    pattern: /^create notification integration if not exists (\w+)\s+(.*)$/is,
    run: ({ account, session }, name = '', rest = '') => {
      needs(account.mayOnAccount(session.role, 'CREATE INTEGRATION'), 'account')
      if (!account.has('INTEGRATION', name))
        account.store('INTEGRATION', name, session.role, { KIND: 'NOTIFICATION', ...optionsOf(rest) })
      return ok()
    }
  },
  {
    pattern: /^select step from ([\w.]+) where step = '(\w+)'$/i,
    run: ({ account, session }, table = '', step = '') =>
      stepsOf(account.visible(session, 'TABLE', table)).includes(step) ? [{ STEP: step }] : []
  },
  {
    pattern: /^insert into ([\w.]+) \(step, done_at\)\s+select\s+'(\w+)'.*$/is,
    run: ({ account, session }, table = '', step = '') => {
      const { properties } = account.visible(session, 'TABLE', table)
      properties.STEPS = [...new Set([...stepsOf({ properties }), step])].join()
      return ok()
    }
  },
  {
    // What steps of upgrades do to data is tested where there is data: test/sql.
    pattern: /^(?:copy into|update|delete from|insert into|alter table if exists) ([\w.]+)\s.*$/is,
    run: ({ account, session }, table = '') => {
      if (account.has('TABLE', table)) account.visible(session, 'TABLE', table)
      return ok()
    }
  },
  {
    pattern: /^(?:execute immediate\s*\$\$.*\$\$|use schema [\w.]+)$/is,
    run: ({ session }) => {
      if (session.warehouse === undefined) throw absent('Warehouse', 'none')
      return ok()
    }
  },
  {
    pattern: /^call ([\w.]+)\(\)$/i,
    run: ({ account, session }, name = '') => {
      account.visible(session, 'PROCEDURE', `${name}()`)
      return ok()
    }
  }
]

const stepsOf = ({ properties }: { readonly properties: Readonly<Record<string, string>> }): string[] =>
  properties.STEPS?.split(',') ?? []
