import { propertiesIfThere } from './properties-if-there.ts'
import type { Variables } from './script.ts'
import type { Session } from './session.ts'
import { upper } from './show-answers.ts'

/**
 * An API integration keeps the provider that it was made with, public or private: ALTER cannot change it.
 * https://docs.snowflake.com/en/sql-reference/sql/alter-api-integration
 *
 * @throws Error before anything is changed, when the settings ask for the other
 */
export const checkProvider = async (session: Session, variables: Variables): Promise<void> => {
  const { api_integration: integration = '', api_provider: wanted = '', admin_role: admin = '' } = variables
  await session.run(`use role ${admin}`)
  const seen = await propertiesIfThere(session, `describe integration ${integration}`)
  const provider = seen?.get('API_PROVIDER')
  if (!provider || upper(provider) === upper(wanted)) return
  throw new Error(
    `nothing was changed: integration ${integration} is of ${provider}, the settings ask for ${wanted} (snowflake.vpcs), and ALTER cannot change that. ` +
      `Give this deployment a name of its own, or DROP INTEGRATION ${integration} and run the set-up again: its functions fail until then`
  )
}
