import { element, query } from './aws-query.ts'
import type { Credentials } from './aws-signed-call.ts'
import type { AwsAccess } from './ministack.ts'

const UserName = 'snowflake'
const mayAssume = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }]
})

/** Snowflake's IAM user on the emulated AWS. */
export interface SnowflakeUser {
  readonly arn: string
  readonly credentials: Credentials
  /** Takes a role on. @throws Error when the trust policy refuses */
  assume(roleArn: string, session: string, externalId: string): Promise<Credentials>
}

/** Makes the user: it may take on any role; whose role it gets is the trust policy's matter. */
export const makeSnowflakeUser = async (aws: AwsAccess): Promise<SnowflakeUser> => {
  const iam = (action: string, fields: Record<string, string> = {}) =>
    query(aws, { service: 'iam', action, fields: { UserName, ...fields } })
  await iam('CreateUser')
  await iam('PutUserPolicy', { PolicyName: 'assume', PolicyDocument: mayAssume })
  const key = await iam('CreateAccessKey')
  return snowflakeUser(aws, {
    accessKeyId: element(key, 'AccessKeyId'),
    secretAccessKey: element(key, 'SecretAccessKey')
  })
}

/** The user that has these credentials. */
export const snowflakeUser = (aws: AwsAccess, credentials: Credentials): SnowflakeUser => ({
  arn: `arn:aws:iam::000000000000:user/${UserName}`,
  credentials,
  async assume(RoleArn, RoleSessionName, ExternalId) {
    const fields = { RoleArn, RoleSessionName, ExternalId }
    const xml = await query(aws, { service: 'sts', action: 'AssumeRole', fields, credentials })
    return {
      accessKeyId: element(xml, 'AccessKeyId'),
      secretAccessKey: element(xml, 'SecretAccessKey'),
      sessionToken: element(xml, 'SessionToken')
    }
  }
})
