import { Aws } from 'aws-cdk-lib'
import {
  AnyPrincipal,
  ArnPrincipal,
  type CfnRole,
  Effect,
  PolicyDocument,
  PolicyStatement,
  Role
} from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import { trustsOf } from '../setting-forms.ts'
import type { Settings, Trust } from '../settings.ts'
import { bucketArnOf, type Called } from './called.ts'
import { allowKeys, arnsOf } from './own-key.ts'

export interface SnowflakeTrustProps {
  readonly called: Called
  readonly snowflake: Settings['snowflake']
  readonly key?: IKey | undefined
}

/** What Snowflake may read back: the audit, and rows that were set aside. */
const readable = ['unload', 'audit', 'rejected']

/** The two roles that Snowflake takes on, with names that its integrations can hold before the roles exist, where the settings give any. */
export class SnowflakeTrust extends Construct {
  /** Has no permissions: the API's own policy names its session. */
  readonly invokeRole: Role
  readonly unloadRole: Role
  /** The one caller of the API: Snowflake names its sessions `snowflake`. */
  readonly sessionArn: string

  constructor(scope: Construct, id: string, { called, snowflake, key }: SnowflakeTrustProps) {
    super(scope, id)
    this.invokeRole = this.role('Invoke', called.invokeRole, trustsOf(snowflake.invoke))
    this.unloadRole = this.role('Unload', called.unloadRole, trustsOf(snowflake.unload))
    // By its name where it has one: a changed policy must change the template, else the stage keeps the old one.
    const session = `assumed-role/${called.invokeRole ?? this.invokeRole.roleName}/snowflake`
    this.sessionArn = `arn:${Aws.PARTITION}:sts::${Aws.ACCOUNT_ID}:${session}`
    const bucketArn = bucketArnOf(called.bucket)

    const objects = (...prefixes: string[]) => prefixes.map((prefix) => `${bucketArn}/${prefix}/*`)
    const allow = (actions: string[], resources: string[], conditions?: Record<string, unknown>) =>
      this.unloadRole.addToPolicy(
        new PolicyStatement({ actions, resources, ...(conditions ? { conditions } : {}) })
      )
    // COPY INTO writes, and removes what a failed attempt left; see https://docs.snowflake.com/en/user-guide/data-unload-s3
    allow(['s3:PutObject', 's3:DeleteObject'], objects('unload'))
    allow(['s3:GetObject'], objects(...readable))
    allow(['s3:GetBucketLocation'], [bucketArn])
    allow(['s3:ListBucket'], [bucketArn], {
      StringLike: { 's3:prefix': readable.map((prefix) => `${prefix}/*`) }
    })
    allowKeys(this.unloadRole, arnsOf(key))
  }

  private role(id: string, roleName: string | undefined, trusts: readonly Trust[]): Role {
    const role = new Role(this, id, {
      ...(roleName === undefined ? {} : { roleName }),
      description: `Taken on by Snowflake to ${id.toLowerCase()}`,
      assumedBy: new ArnPrincipal(trusts[0]?.principal ?? `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:root`)
    })
    const plain = role.node.defaultChild as CfnRole
    plain.assumeRolePolicyDocument = new PolicyDocument({
      // One statement a Snowflake account: each principal with its own external id.
      statements: trusts.map(
        ({ principal, externalId }) =>
          new PolicyStatement({
            principals: [new ArnPrincipal(principal)],
            actions: ['sts:AssumeRole'],
            conditions: { StringEquals: { 'sts:ExternalId': externalId } }
          })
      )
    })
    // Until DESCRIBE INTEGRATION has told who Snowflake is, nobody may take the role on.
    if (trusts.length === 0)
      plain.assumeRolePolicyDocument.addStatements(
        new PolicyStatement({
          effect: Effect.DENY,
          principals: [new AnyPrincipal()],
          actions: ['sts:AssumeRole']
        })
      )
    return role
  }
}
