import type { Trust } from '../../infra/settings.ts'

/** Who Snowflake is, as its integrations tell. */
export interface SnowflakeTrusts {
  readonly invoke: Trust
  readonly unload: Trust
  /** The queue that Snowflake's pipe listens to, once there is one that the bucket can tell. */
  readonly auditQueue?: string | undefined
}

/** What the set-up needs to know of a deployment: the outputs of the stacks. */
export interface Deployment {
  /** With the stage, without the last `/`. */
  readonly apiUrl: string
  readonly isChanged: boolean
  /** The queue that the bucket tells of new audit lines: with two Snowflake accounts that of the first. */
  readonly auditQueue?: string | undefined
}

/** Deploys the stacks with the trust closed to exactly these callers; again when it is deployed already. */
export interface AwsDeployment {
  deploy(trusts: SnowflakeTrusts): Promise<Deployment>
}
