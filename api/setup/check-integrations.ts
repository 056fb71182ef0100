import { propertiesIfThere } from './properties-if-there.ts'
import type { Variables } from './script.ts'
import { type Session, SqlError } from './session.ts'

/** Where an integration points that another deployment uses. */
interface Pointer {
  readonly kind: 'API' | 'STORAGE'
  readonly integration: string
  readonly roleArn: string
  /** What each of its prefixes or locations must begin with to be ours. */
  readonly ours: RegExp
  readonly places: string
}

/**
 * Looks at integrations that are there before anything is changed.
 *
 * @throws Error when one of them serves another deployment, whose functions and loads would fail from then on
 */
export const checkIntegrations = async (session: Session, variables: Variables): Promise<void> => {
  const read = (name: string): string => variables[name] ?? ''
  try {
    await session.run(`use role ${read('admin_role')}`)
  } catch (error) {
    // The first script says what to do about it.
    if (error instanceof SqlError) return
    throw error
  }
  const region = /execute-api\.([a-z0-9-]+)\./.exec(read('first_prefix'))?.[1] ?? ''
  await checkOne(session, {
    kind: 'API',
    integration: read('api_integration'),
    roleArn: read('invoke_role_arn'),
    ours: new RegExp(`^https://[^/]*\\.${RegExp.escape(region)}\\.`),
    places: 'API_ALLOWED_PREFIXES'
  })
  await checkOne(session, {
    kind: 'STORAGE',
    integration: read('storage_integration'),
    roleArn: read('unload_role_arn'),
    ours: new RegExp(`^${RegExp.escape(read('bucket_url'))}/`),
    places: 'STORAGE_ALLOWED_LOCATIONS'
  })
}

const checkOne = async (session: Session, { kind, integration, roleArn, ours, places }: Pointer) => {
  const seen = await propertiesIfThere(session, `describe integration ${integration}`)
  if (seen === undefined) return
  const role = seen.get(`${kind}_AWS_ROLE_ARN`) ?? roleArn
  const others = (seen.get(places) ?? '')
    .replace(/[[\]'"\s]/g, '')
    .split(',')
    .filter((place) => place !== '' && !ours.test(place))
  if (role === roleArn && others.length === 0) return
  throw new Error(
    `integration ${integration} serves another deployment (${role === roleArn ? others.join(', ') : role}): ` +
      'give this one a name of its own (context.push_to_dynamo.name of cdk.json), or take the integration over with --repoint'
  )
}
