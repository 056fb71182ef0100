// What a deployment knows of Snowflake, and what the set-up does there: part of push-to-dynamo-props.ts.

/** Whom Snowflake comes as. */
export interface SnowflakeCaller {
  /** `API_AWS_IAM_USER_ARN` or `STORAGE_AWS_IAM_USER_ARN` of DESCRIBE INTEGRATION. */
  readonly principal: string
  /** `…_AWS_EXTERNAL_ID` of DESCRIBE INTEGRATION, to the last `=`. */
  readonly externalId: string
}

export interface SnowflakeSettings {
  /** Who may call the API, one Snowflake account or several; until it is known nobody may. */
  readonly invoke?: SnowflakeCaller | SnowflakeCaller[]
  /** Who may unload into the bucket; until it is known nobody may. */
  readonly unload?: SnowflakeCaller | SnowflakeCaller[]
  /** Name of the role that calls. @default `<name>_invoke` where the construct has a name, else CloudFormation's */
  readonly invokeRole?: string
  /** Name of the role that unloads. @default `<name>_unload` where the construct has a name, else CloudFormation's */
  readonly unloadRole?: string
  /** The ARN of Snowflake's queue that hears of new audit lines: `notification_channel` of SHOW PIPES. */
  readonly auditQueue?: string
  /** Snowflake's VPCs, where the API is to be reached by PrivateLink alone: `SYSTEM$GET_SNOWFLAKE_PLATFORM_INFO()`. */
  readonly vpcs?: string[]
  /** For the set-up: where tasks run. @default 'warehouse' */
  readonly tasks?: 'warehouse' | 'serverless'
  /** For the set-up: a notification integration that tasks tell of errors. */
  readonly taskErrors?: string
  /** For the set-up: a notification integration that tasks tell of runs that ended well. */
  readonly taskSuccesses?: string
  /** For the set-up: credits a month of the warehouse. */
  readonly creditQuota?: number
  /** For the set-up: who is told of what needs a person. */
  readonly alerts?: SqlAlertSettings
  /** For the set-up: the pages to look and to operate, by Streamlit in Snowflake. @default false */
  readonly page?: boolean
}

/** A mailbox, or a notification integration of one's own. */
export interface SqlAlertSettings {
  readonly mail?: string
  readonly integration?: string
  /** What the integration takes. @default 'text/plain' */
  readonly content?: 'text/plain' | 'application/json'
  /** @default 60 */
  readonly minutes?: number
}
