import { cutStatements } from '../../../api/setup/cut-statements.ts'
import { absent, Refusal, type Row, syntaxError } from './account.ts'
import { callForms } from './call-statements.ts'
import { functionForms } from './function-statements.ts'
import { grantForms } from './grant-statements.ts'
import { integrationForms } from './integration-statements.ts'
import { objectForms } from './object-statements.ts'
import { operationForms } from './operation-statements.ts'
import { pageForms } from './page-statements.ts'
import { showForms } from './show-statements.ts'
import { done, type Form, type Work } from './work.ts'

const useForms: readonly Form[] = [
  {
    pattern: /^use role (\w+)$/i,
    run: ({ account, session }, name = '') => {
      const role = name.toUpperCase()
      if (!account.holders.has(role))
        throw new Refusal('002043', `Object '${role}' does not exist or operation cannot be performed.`)
      if (!account.mayTake(session.user, role))
        throw new Refusal(
          '003013',
          `SQL access control error: Requested role '${role}' is not assigned to the executing user. Specify another role to activate.`
        )
      session.role = role
      return done('Statement executed successfully.')
    }
  },
  {
    pattern: /^use warehouse (\w+)$/i,
    run: ({ account, session }, name = '') => {
      const warehouse = account.visible(session, 'WAREHOUSE', name)
      if (!account.may(session.role, warehouse, 'USAGE')) throw absent('Warehouse', name)
      session.warehouse = warehouse.name
      return done('Statement executed successfully.')
    }
  }
]

const forms = [
  ...useForms,
  ...objectForms,
  ...integrationForms,
  ...functionForms,
  ...grantForms,
  ...showForms,
  ...pageForms,
  ...operationForms,
  ...callForms
]

/** Runs one statement. What Snowflake would not take, or we do not know, is a syntax error. @throws Refusal */
export const runStatement = async (work: Work, sql: string): Promise<readonly Row[]> => {
  const text = sql.trim()
  const [, block] = /^execute immediate '\s*begin\s(.*?)\s*end;?\s*'$/is.exec(text) ?? []
  if (block !== undefined) {
    const inner = block.replaceAll("''", "'").replaceAll('\\\\', '\\')
    for (const each of cutStatements(inner, {})) await runStatement(work, each)
    return done('anonymous block')
  }
  for (const { pattern, run } of forms) {
    const match = pattern.exec(text)
    if (match) return run(work, ...match.slice(1))
  }
  throw syntaxError(text)
}
