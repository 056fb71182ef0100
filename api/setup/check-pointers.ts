import { propertiesIfThere } from './properties-if-there.ts'
import type { Variables } from './script.ts'
import { isAbsent, type ResultRow, type Session } from './session.ts'
import { upper } from './show-answers.ts'

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
 * Looks at integrations, and at the stage of the schema, that are there before anything is changed.
 *
 * @throws Error when one of them serves another deployment, whose functions and loads would fail from then on
 */
export const checkPointers = async (session: Session, variables: Variables): Promise<void> => {
  const read = (name: string): string => variables[name] ?? ''
  await session.run(`use role ${read('admin_role')}`)
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
  await checkSchema(session, read)
}

/** Functions of a schema are replaced by name: in that of another deployment they would reach our API. */
const checkSchema = async (session: Session, read: (name: string) => string): Promise<void> => {
  const schema = `${read('database')}.${read('schema')}`
  let stages: readonly ResultRow[]
  try {
    stages = await session.run(`show stages like 'chunk_stage' in schema ${schema}`)
  } catch (error) {
    if (isAbsent(error)) return
    throw error
  }
  const url = stages.find(({ name }) => upper(name) === 'CHUNK_STAGE')?.url
  if (!url || url.startsWith(`${read('bucket_url')}/`)) return
  throw new Error(
    `schema ${schema} serves another deployment (${url}): give this one a schema of its own (--database, --schema), or take it over with --repoint`
  )
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
