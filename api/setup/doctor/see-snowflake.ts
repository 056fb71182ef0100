import { externalFunctions } from '../../runtime/external-functions.ts'
import { propertiesIfThere } from '../properties-if-there.ts'
import type { Variables } from '../script.ts'
import { answerOf, type SelfTestTable, selfTestStatements } from '../self-test.ts'
import { type Session, SqlError } from '../session.ts'
import type { CallFacts, SnowflakeFacts } from './facts.ts'

/** Reads integrations and functions; changes nothing. @throws SqlError when a role is missing */
export const seeSnowflake = async (session: Session, variables: Variables): Promise<SnowflakeFacts> => {
  const { admin_role, owner_role, database, schema, api_integration, storage_integration } = variables
  await session.run(`use role ${admin_role}`)
  const api = await propertiesIfThere(session, `describe integration ${api_integration}`)
  const storage = await propertiesIfThere(session, `describe integration ${storage_integration}`)
  await session.run(`use role ${owner_role}`)
  const functions = []
  for (const { name, args, route } of externalFunctions) {
    const path = `${name}(${args.map(([, type]) => type.toLowerCase()).join(', ')})`
    const seen = await propertiesIfThere(session, `describe function ${database}.${schema}.${path}`)
    functions.push({ name: path, route, url: seen?.get('BODY') })
  }
  return { api, storage, functions }
}

/** A push that writes nothing, by the way that rows take. */
export const seeCall = async (
  session: Session,
  variables: Variables,
  table: SelfTestTable | undefined
): Promise<CallFacts> => {
  if (table === undefined) return { leftOut: 'no table with known keys' }
  const { before, dryPush } = selfTestStatements(variables, table)
  try {
    for (const statement of before) await session.run(statement)
    return { answer: await answerOf(session, dryPush) }
  } catch (error) {
    if (error instanceof SqlError) return { refusal: error.message }
    throw error
  }
}
