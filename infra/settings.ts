import { z } from 'zod'
import { ledgerTableName } from '../api/ledger/ledger-store.ts'
import { readTableSpec } from '../api/local/table-spec.ts'

// What a deployment decides: `context.push_to_dynamo` of cdk.json, or `--context push_to_dynamo='{…}'`.

const arn = (service: string) =>
  z.string().regex(new RegExp(`^arn:aws[a-z-]*:${service}:`), `not an ARN of ${service}`)
const days = z.int().min(1).max(3650)
const tableName = z
  .string()
  .regex(
    /^[A-Za-z0-9_.*-]{3,255}$/,
    'not a table name (3 to 255 letters, digits, _ . or -; * stands for any text)'
  )
/** Of the account and Region that the stacks are deployed to. */
const tableArn = z.string().regex(/^arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\d{12}:table\/[A-Za-z0-9_.*-]{3,255}$/)
const table = z.union([tableArn, tableName], {
  error: "neither a table's name nor its ARN (3 to 255 letters, digits, _ . or -; * stands for any text)"
})
const roleName = z.string().regex(/^[\w+=,.@-]{1,64}$/, 'not the name of an IAM role')
const existingTable = z.union([table, z.strictObject({ table, keyArn: arn('kms') })])
const keys = z.string().regex(/^[^,:]+:[SNB](,[^,:]+:[SNB])?$/, "write it as 'key:T' or 'key:T,sortkey:T'")
const trust = z.strictObject({
  /** `API_AWS_IAM_USER_ARN` or `STORAGE_AWS_IAM_USER_ARN` of DESCRIBE INTEGRATION. */
  principal: arn('iam'),
  /** `…_AWS_EXTERNAL_ID` of DESCRIBE INTEGRATION, to the last `=`. */
  externalId: z.string().min(2).max(1224)
})
/** What CloudWatch Logs can keep: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const logDays = z.union(
  [7, 14, 30, 60, 90, 120, 180, 365, 400, 731, 1827, 3653].map((each) => z.literal(each))
)

const settingsSchema = z
  .strictObject({
    tables: z.strictObject({
      /** Tables that exist, by name, ARN or name with `*`; those with a key of their own name it. */
      existing: z.array(existingTable).default([]),
      /** Tables to create: name → keys, e.g. `{"orders": "id:S"}`. They outlive the stacks. */
      create: z.record(tableName, keys).default({})
    }),
    snowflake: z
      .strictObject({
        /** Who may call the API; until it is known nobody may. */
        invoke: trust.optional(),
        /** Who may unload into the bucket; until it is known nobody may. */
        unload: trust.optional(),
        invokeRole: roleName.default('push_to_dynamo_invoke'),
        unloadRole: roleName.default('push_to_dynamo_unload')
      })
      .prefault({}),
    api: z
      .strictObject({
        stage: z
          .string()
          .regex(/^\w{1,128}$/)
          .default('v1'),
        requestsPerSecond: z.int().min(1).default(200),
        burst: z.int().min(1).default(400),
        deadlineMs: z.int().min(100).max(27_000).default(20_000),
        /** The account's role by which API Gateway writes logs; false where it is set up already. */
        createLogsRole: z.boolean().default(true)
      })
      .prefault({}),
    /** Chunks, or spilled batches, loaded at the same time. */
    workers: z
      .strictObject({ load: z.int().min(2).max(1000).default(8), spill: z.int().min(2).max(1000).default(8) })
      .prefault({}),
    reservedConcurrency: z
      .strictObject({ push: z.int().min(1), load: z.int().min(2), spill: z.int().min(2) })
      .partial()
      .default({}),
    memoryMb: z
      .strictObject({
        push: z.int().min(256).max(10_240).default(1769),
        load: z.int().min(256).max(10_240).default(3008),
        spill: z.int().min(256).max(10_240).default(1769)
      })
      .prefault({}),
    alarms: z
      .strictObject({
        mail: z.email().optional(),
        topicArn: arn('sns').optional(),
        throttlesIn5Minutes: z.int().min(1).default(5000)
      })
      .prefault({}),
    logDays: logDays.default(90),
    /** Objects under these prefixes are removed after so many days. */
    keepDays: z
      .strictObject({
        unload: days.default(30),
        done: days.default(30),
        rejected: days.default(90),
        failed: days.default(90),
        audit: days.default(400)
      })
      .prefault({}),
    /** One KMS key of your own for bucket, queues, ledger and created tables instead of AWS's. */
    ownKey: z.boolean().default(false),
    tags: z.record(z.string(), z.string()).default({})
  })
  .superRefine(({ tables, snowflake, workers, reservedConcurrency, alarms }, context) => {
    const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message })
    if (tables.existing.length === 0 && Object.keys(tables.create).length === 0)
      refuse(['tables'], 'name at least one table, existing or to create')
    for (const [name, spec] of Object.entries(tables.create)) {
      try {
        readTableSpec(`${name}=${spec}`)
      } catch (error) {
        refuse(['tables', 'create', name], (error as Error).message)
      }
      if (tables.existing.some((each) => nameOf(each) === name))
        refuse(['tables', 'create', name], 'the table is under tables.existing, too')
    }
    if ([...tables.existing.map(nameOf), ...Object.keys(tables.create)].includes(ledgerTableName))
      refuse(['tables'], `${ledgerTableName} is the ledger, and takes no rows`)
    if (snowflake.invokeRole === snowflake.unloadRole)
      refuse(['snowflake', 'unloadRole'], 'must be another role than snowflake.invokeRole')
    for (const lane of ['load', 'spill'] as const)
      if ((reservedConcurrency[lane] ?? 1000) < workers[lane])
        refuse(
          ['reservedConcurrency', lane],
          `must not be below workers.${lane} (${workers[lane]}): messages would be thrown back`
        )
    if (alarms.mail !== undefined && alarms.topicArn !== undefined)
      refuse(['alarms'], 'name a mail address or a topic, not both')
  })

/** The name of a table under `tables.existing`, with `*` where the settings have it. */
export const nameOf = (existing: z.output<typeof existingTable>): string =>
  (typeof existing === 'string' ? existing : existing.table).replace(/^.*:table\//, '')

export type Settings = z.output<typeof settingsSchema>
export type SettingsInput = z.input<typeof settingsSchema>
export type Trust = z.output<typeof trust>

/**
 * Reads the settings of a deployment; a text is taken as JSON, since the command line gives nothing else.
 *
 * @throws SettingsError naming the setting and what is wrong with it
 */
export const readSettings = (context: unknown): Settings => {
  const read = settingsSchema.safeParse(typeof context === 'string' ? jsonOf(context) : (context ?? {}))
  if (read.success) return read.data
  const issues = read.error.issues.map(
    ({ path, message }) => `  ${path.join('.') || 'push_to_dynamo'}: ${message}`
  )
  throw new SettingsError(`${where} are wrong:\n${issues.join('\n')}`)
}

const where = 'The settings under context.push_to_dynamo of cdk.json'

/** The settings are wrong; the message says which and how. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new SettingsError(`${where} are not JSON: ${text.slice(0, 80)}`)
  }
}
