import { Refusal, syntaxError } from './account.ts'
import { optionsOf, unknownOptions } from './sql-text.ts'
import { done, type Form, needs, type Work } from './work.ts'

const ofApi = ['API_PROVIDER', 'API_AWS_ROLE_ARN', 'API_ALLOWED_PREFIXES', 'API_KEY', 'ENABLED', 'COMMENT']
const ofStorage = [
  'TYPE',
  'STORAGE_PROVIDER',
  'STORAGE_AWS_ROLE_ARN',
  'STORAGE_AWS_EXTERNAL_ID',
  'STORAGE_ALLOWED_LOCATIONS',
  'USE_PRIVATELINK_ENDPOINT',
  'ENABLED',
  'COMMENT'
]
const ofNotification = ['TYPE', 'ENABLED', 'ALLOWED_RECIPIENTS', 'COMMENT']
const fixed = ['API_PROVIDER', 'TYPE', 'STORAGE_PROVIDER']

const checked = (kind: string, options: Record<string, string>): Record<string, string> => {
  const unknown = unknownOptions(
    options,
    kind === 'API' ? ofApi : kind === 'STORAGE' ? ofStorage : ofNotification
  )
  if (unknown.length > 0) throw syntaxError(`invalid property '${unknown.join()}'`)
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name,
      // Words are shown as they are kept, lists and texts as they were given.
      name === 'ENABLED' ? value.toLowerCase() : value
    ])
  )
}

const required = (kind: string, options: Record<string, string>): void => {
  const names =
    kind === 'API'
      ? ['API_PROVIDER', 'API_AWS_ROLE_ARN', 'API_ALLOWED_PREFIXES', 'ENABLED']
      : ['TYPE', 'STORAGE_PROVIDER', 'STORAGE_AWS_ROLE_ARN', 'STORAGE_ALLOWED_LOCATIONS', 'ENABLED']
  for (const name of names)
    if (!options[name]) throw new Refusal('002029', `SQL compilation error: Missing option(s): [${name}]`)
  for (const prefix of options.API_ALLOWED_PREFIXES?.split(',') ?? [])
    if (!prefix.startsWith('https://'))
      throw new Refusal(
        '001422',
        `SQL compilation error: invalid value [${prefix}] for parameter 'API_ALLOWED_PREFIXES'`
      )
}

const create = ({ account, session }: Work, how: string, kind: string, name: string, rest: string) => {
  needs(account.mayOnAccount(session.role, 'CREATE INTEGRATION'), 'account')
  const options = checked(kind, optionsOf(rest))
  required(kind, options)
  if (account.has('INTEGRATION', name) && /if not exists/i.test(how))
    return done(`${name.toUpperCase()} already exists, statement succeeded.`)
  if (account.has('INTEGRATION', name) && !/or replace/i.test(how))
    throw new Refusal('002002', `SQL compilation error: Object '${name.toUpperCase()}' already exists.`)
  account.store('INTEGRATION', name, session.role, {
    KIND: kind,
    ...options,
    // Of an API integration nobody may choose it.
    [`${kind}_AWS_EXTERNAL_ID`]: options.STORAGE_AWS_EXTERNAL_ID ?? account.newExternalId()
  })
  return done(`Integration ${name.toUpperCase()} successfully created.`)
}

export const integrationForms: readonly Form[] = [
  {
    pattern: /^create (or replace )?(api|storage) integration (if not exists )?(\w+)\s+(.*)$/is,
    run: (work, replace = '', kind = '', ifAbsent = '', name = '', rest = '') => {
      if (replace && ifAbsent) throw syntaxError('OR REPLACE and IF NOT EXISTS exclude each other')
      return create(work, replace + ifAbsent, kind.toUpperCase(), name, rest)
    }
  },
  {
    pattern: /^alter (?:api |storage )?integration (\w+) set\s+(.*)$/is,
    run: ({ account, session }, name = '', rest = '') => {
      const integration = account.visible(session, 'INTEGRATION', name)
      needs(account.may(session.role, integration), `integration '${name}'`)
      const options = checked(integration.properties.KIND ?? '', optionsOf(rest))
      if (Object.keys(options).some((option) => fixed.includes(option)))
        throw syntaxError(`invalid property for ALTER`)
      Object.assign(integration.properties, options)
      return done('Statement executed successfully.')
    }
  },
  {
    pattern: /^desc(?:ribe)? integration (\w+)$/i,
    run: ({ account, session }, name = '') => {
      const { properties } = account.visible(session, 'INTEGRATION', name)
      const { KIND: kind = '', COMMENT: comment = '', ...shown } = properties
      const all = { ...shown, [`${kind}_AWS_IAM_USER_ARN`]: account.iamUser, COMMENT: comment }
      return Object.entries(all)
        .filter(([property]) => property !== 'TYPE')
        .map(([property, value]) => ({
          property,
          property_type: property === 'ENABLED' ? 'Boolean' : value.includes(',') ? 'List' : 'String',
          // The key of an API is hidden.
          property_value: property === 'API_KEY' ? '☺☺☺☺' : value,
          property_default: property === 'ENABLED' ? 'false' : ''
        }))
    }
  }
]
