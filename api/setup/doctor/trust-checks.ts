import type { Trust } from '../../../infra/settings.ts'
import type { RoleTrust } from '../role-trust.ts'
import type { Facts } from './facts.ts'
import { failed, ok, unknown, type Verdict } from './finding.ts'

interface Side {
  readonly role: string
  readonly trust: RoleTrust | undefined
  readonly principal: string | undefined
  readonly externalId: string | undefined
  /** Other Snowflake accounts that are trusted on purpose. */
  readonly others: readonly Trust[]
}

const setup = ({ connection }: Facts): string => `npm run setup -- --connection ${connection}`

const sidesOf = ({ aws, snowflake, others }: Facts): readonly Side[] => [
  {
    role: aws.outputs.invokeRoleArn,
    trust: aws.invokeTrust,
    principal: snowflake.api?.get('API_AWS_IAM_USER_ARN'),
    externalId: snowflake.api?.get('API_AWS_EXTERNAL_ID'),
    others: others.invoke
  },
  {
    role: aws.outputs.unloadRoleArn,
    trust: aws.unloadTrust,
    principal: snowflake.storage?.get('STORAGE_AWS_IAM_USER_ARN'),
    externalId: snowflake.storage?.get('STORAGE_AWS_EXTERNAL_ID'),
    others: others.unload
  }
]

/** 1: the trust policy names Snowflake's IAM user, and asks for an external id. */
export const trustPrincipal = (facts: Facts): Verdict => {
  for (const { role, trust, principal, others } of sidesOf(facts)) {
    const expected = `${role} is trusted to ${principal ?? 'the IAM user of the integration'}, with an external id`
    if (principal === undefined) return failed('no such integration in Snowflake', expected, setup(facts))
    if (trust === undefined) return failed(`there is no role ${role}`, expected, setup(facts))
    const isWanted = (seen: string) => seen === principal || others.some((other) => other.principal === seen)
    if (!trust.principals.includes(principal) || !trust.principals.every(isWanted))
      return failed(
        `${role} is trusted to ${trust.principals.join(', ') || 'nobody'}`,
        expected,
        setup(facts)
      )
    if (trust.externalIds.length === 0)
      return failed(`${role} asks for no external id`, expected, setup(facts))
  }
  return ok('both roles are trusted to the IAM user of Snowflake, with an external id')
}

/** 2: the external id is the one of today's integration; an integration made anew has another. */
export const externalId = (facts: Facts): Verdict => {
  for (const { role, trust, externalId: wanted = '', others } of sidesOf(facts)) {
    const expected = `${role} asks for ${wanted}`
    if (trust === undefined || wanted === '' || trust.externalIds.length === 0)
      return unknown('no external id to compare', expected, 'mend 1 first')
    const isWanted = (seen: string) => seen === wanted || others.some((other) => other.externalId === seen)
    if (!trust.externalIds.includes(wanted) || !trust.externalIds.every(isWanted))
      return failed(
        `${role} asks for ${trust.externalIds.join(', ')}: the integration was made anew`,
        expected,
        setup(facts)
      )
  }
  return ok('both roles ask for the external ids that the integrations have')
}
