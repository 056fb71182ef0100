import { isDeepStrictEqual } from 'node:util'
import type { IAMClient } from '@aws-sdk/client-iam'
import type { Trust } from '../../infra/settings.ts'

/** What a trust policy allows: each principal, and the external ids it must show. */
export interface RoleTrust {
  readonly principals: readonly string[]
  readonly externalIds: readonly string[]
}

interface PolicyText {
  readonly Statement?: PolicyStatement | readonly PolicyStatement[]
}
export interface PolicyStatement {
  readonly Effect?: string
  readonly Principal?: string | Readonly<Record<string, string | readonly string[]>>
  readonly Resource?: string | readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}

/** IAM writes one or many without brackets. */
export const listOf = <T>(one: T | readonly T[] | undefined): readonly T[] =>
  one === undefined ? [] : Array.isArray(one) ? one : [one as T]

/** Statements of a policy document, which IAM and API Gateway hand out in different escapes. */
export const statementsOf = (policy: string): readonly PolicyStatement[] =>
  listOf((JSON.parse(policy) as PolicyText).Statement)

/** AWS principals of a statement. */
export const principalsOf = ({ Principal }: PolicyStatement): readonly string[] =>
  typeof Principal === 'string' ? [Principal] : listOf(Principal?.AWS)

/** Who may take the role on. @throws the SDK's errors, NoSuchEntity among them */
export const readRoleTrust = async (iam: IAMClient, roleArn: string): Promise<RoleTrust> => {
  const { GetRoleCommand } = await import('@aws-sdk/client-iam')
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: nameOf(roleArn) }))
  const allowing = statementsOf(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '{}')).filter(
    ({ Effect }) => Effect === 'Allow'
  )
  return {
    principals: allowing.flatMap(principalsOf),
    externalIds: allowing.flatMap(({ Condition }) => listOf(Condition?.StringEquals?.['sts:ExternalId']))
  }
}

/** Whether exactly these callers may take the role on. */
const isTrust = ({ principals, externalIds }: RoleTrust, trusts: readonly Trust[]): boolean =>
  sameMembers(
    principals,
    trusts.map(({ principal }) => principal)
  ) &&
  sameMembers(
    externalIds,
    trusts.map(({ externalId }) => externalId)
  )

const sameMembers = (some: readonly string[], others: readonly string[]): boolean =>
  isDeepStrictEqual(some.toSorted(), others.toSorted())

/** Puts back what somebody changed by hand. @returns whether that was needed */
export const mendTrust = async (
  iam: IAMClient,
  roleArn: string,
  trusts: readonly Trust[]
): Promise<boolean> => {
  if (isTrust(await readRoleTrust(iam, roleArn), trusts)) return false
  const policy = {
    Version: '2012-10-17',
    Statement: trusts.map(({ principal, externalId }) => ({
      Effect: 'Allow',
      Principal: { AWS: principal },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': externalId } }
    }))
  }
  const { UpdateAssumeRolePolicyCommand } = await import('@aws-sdk/client-iam')
  await iam.send(
    new UpdateAssumeRolePolicyCommand({
      RoleName: nameOf(roleArn),
      PolicyDocument: JSON.stringify(policy)
    })
  )
  return true
}

const nameOf = (roleArn: string): string => roleArn.slice(roleArn.lastIndexOf('/') + 1)
