import type { Trust } from '../../infra/settings.ts'
import type { SnowflakeTrusts } from './aws-deployment.ts'
import type { Variables } from './script.ts'
import type { Session } from './session.ts'
import { propertiesOf } from './show-answers.ts'

/**
 * Who Snowflake is: read anew on every run, so that a changed external id is noticed.
 *
 * @throws Error when an integration does not tell, SqlError when it is not there
 */
export const readTrusts = async (session: Session, variables: Variables): Promise<SnowflakeTrusts> => {
  await session.run(`use role ${variables.admin_role}`)
  return {
    invoke: await trustOf(session, variables.api_integration ?? '', 'API'),
    unload: await trustOf(session, variables.storage_integration ?? '', 'STORAGE')
  }
}

const trustOf = async (session: Session, integration: string, prefix: string): Promise<Trust> => {
  const seen = propertiesOf(await session.run(`describe integration ${integration}`))
  const read = (name: string): string => {
    const value = seen.get(`${prefix}_AWS_${name}`)
    if (!value)
      throw new Error(`describe integration ${integration} tells no ${prefix}_AWS_${name}: use an admin role`)
    return value
  }
  return { principal: read('IAM_USER_ARN'), externalId: read('EXTERNAL_ID') }
}
