import type { ITable } from 'aws-cdk-lib/aws-dynamodb'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { SnowflakeSettings } from './snowflake-props.ts'

export type { SnowflakeCaller, SnowflakeSettings, SqlAlertSettings } from './snowflake-props.ts'

// The settings of cdk.json as props of a construct. Plain interfaces: a declaration that needs no other package but
// aws-cdk-lib. test/infra/props.test.ts holds them to the form that reads them.

/** Keys as text: `id:S`, or `pk:S,sk:N` with a sort key; the types are S, N and B. */
export type TableKeys = string

/** Units a second of a table or an index. */
export interface CapacityUnits {
  readonly read?: number
  readonly write?: number
}

/** A global secondary index of a table to create. */
export interface CreatedIndex {
  /** `tenant:S,day:S`; each of the two may be up to four attributes, joined by `+`: `tenant:S+country:S,day:S`. */
  readonly keys: TableKeys
  /** What the index holds besides keys: all of the item, nothing more, or these attributes. @default 'all' */
  readonly project?: 'all' | 'keys' | string[]
  /** Units a second that it takes from its first minute on. */
  readonly warm?: CapacityUnits
  /** Units a second beyond which DynamoDB refuses. */
  readonly maxUnits?: CapacityUnits
}

/** A table to create. It outlives the stack. */
export interface CreatedTable {
  readonly keys: TableKeys
  /** The attribute of options `ttl` and `tombstone`: without it nothing ever expires. */
  readonly ttl?: string
  /** Global secondary indexes by name: keys, or more. */
  readonly indexes?: Record<string, TableKeys | CreatedIndex>
  /** Days (1 to 35) to which the table can be restored, to the second; false for none. @default true */
  readonly pointInTimeRecovery?: boolean | number
  /** Units a second that the table takes from its first minute on; paid once, and never lowered. */
  readonly warm?: CapacityUnits
  /** Units a second beyond which DynamoDB refuses: a brake on cost. */
  readonly maxUnits?: CapacityUnits
}

/** A table that exists and that a key of one's own encrypts. */
export interface KeyedTable {
  /** Its name or ARN. */
  readonly table: string
  /** The ARN of its KMS key. */
  readonly keyArn: string
}

/** What a manifest that no call announced, or a file in `drop/`, may load. */
export interface BulkTable {
  readonly table: string
  /** Deletes by key, too. @default false */
  readonly deletes?: boolean
}

export interface BulkSettings {
  /** @default all tables, without deletes */
  readonly tables?: Array<string | BulkTable>
  /** Tables that a load by engine `import` may make: name → keys, e.g. `{ events: 'id:S,at:N' }`. They belong to no stack. */
  readonly imports?: Record<string, TableKeys>
}

export interface ApiSettings {
  /** @default 'v1' */
  readonly stage?: string
  /** @default 200 */
  readonly requestsPerSecond?: number
  /** @default 400 */
  readonly burst?: number
  /** Work time of one HTTP batch, ms. @default 20000 */
  readonly deadlineMs?: number
  /**
   * The account's one role by which API Gateway writes logs: true sets it for all APIs of the account and Region.
   * Without any, log groups of the API stay empty. @default false
   */
  readonly createLogsRole?: boolean
  /** The least TLS that the API speaks. @default '1.2' */
  readonly minTls?: '1.0' | '1.2' | '1.3'
  /** New code gets a tenth of the calls for five minutes, and goes back when it fails. @default false */
  readonly gradual?: boolean
}

/** Chunks, or spilled batches, loaded at the same time. */
export interface WorkerSettings {
  /** @default 8 */
  readonly load?: number
  /** @default 8 */
  readonly spill?: number
}

/** A number for each function. */
export interface LaneNumbers {
  readonly push?: number
  readonly load?: number
  readonly spill?: number
}

export interface AlarmSettings {
  /** A topic of the app. @default one of its own */
  readonly topic?: ITopic
  /** Subscribes this address to the construct's own topic. */
  readonly mail?: string
  readonly topicArn?: string
  /** One alarm for all that the functions' own log lines tell. @default false */
  readonly few?: boolean
  /** @default 5000 */
  readonly throttlesIn5Minutes?: number
  /** @default 20 */
  readonly clientErrorsIn5Minutes?: number
  /** Share of all rows that were answered. @default 10 */
  readonly rejectedPercent?: number
  /** Share of all rows that were answered. @default 1 */
  readonly unprocessedPercent?: number
  /** A run whose chunks show no life for so long. @default 2 */
  readonly runHours?: number
}

/** Days after which objects under a prefix of the bucket are removed; of what was replaced or removed, `versions`. */
export interface KeepDays {
  /** @default 30 */
  readonly unload?: number
  /** @default 30 */
  readonly drop?: number
  /** @default 30 */
  readonly done?: number
  /** @default 90 */
  readonly rejected?: number
  /** @default 90 */
  readonly failed?: number
  /** @default 400 */
  readonly audit?: number
  /** @default 7 */
  readonly versions?: number
}

/** The settings of `PushToDynamo`: those of cdk.json, with objects of the app where it has them. */
export interface PushToDynamoProps {
  /**
   * The tables that rows may go to: tables of the app, and tables that exist, by name, ARN, or name with `*`. A list
   * that only the deployment knows (a `CommaDelimitedList`) holds ARNs, and stands alone.
   */
  readonly tables?: Array<ITable | string | KeyedTable>
  /** Tables to create: name → keys, e.g. `{ orders: 'id:S' }`, or more. They outlive the stack. */
  readonly createTables?: Record<string, TableKeys | CreatedTable>
  /**
   * What roles, bucket, ledger, event bus and API are called after, e.g. `push_to_dynamo_dev`. Without it nothing has a
   * fixed name, and metrics and what set-up makes in Snowflake are called after the construct's place in the app; with
   * one that only the deployment knows, such as `Aws.STACK_NAME`, after that.
   */
  readonly name?: string
  readonly bulk?: BulkSettings
  readonly snowflake?: SnowflakeSettings
  readonly api?: ApiSettings
  readonly workers?: WorkerSettings
  readonly reservedConcurrency?: LaneNumbers
  /** @default push 1769, load 3008, spill 1769 */
  readonly memoryMb?: LaneNumbers
  /** X-Ray's traces of API and functions. @default false */
  readonly tracing?: boolean
  /** `'few'` is short for `{ few: true }`. */
  readonly alarms?: 'few' | AlarmSettings
  /** Days that logs are kept: 7, 14, 30, 60, 90, 120, 180, 365, 400, 731, 1827 or 3653. @default 90 */
  readonly logDays?: number
  readonly keepDays?: KeepDays
  /** A key of the app for bucket, queues, ledger and created tables. @default AWS's keys */
  readonly encryptionKey?: IKey
  /** The same with a key of the construct's own. @default false */
  readonly ownKey?: boolean
  /** Tags of everything in the construct. */
  readonly tags?: Record<string, string>
}
