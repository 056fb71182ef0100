import * as z from 'zod'

// The forms that single settings have.

/** An ARN of a service. */
export const arn = (service: string) =>
  z.string().regex(new RegExp(`^arn:aws[a-z-]*:${service}:`), `not an ARN of ${service}`)
export const days = z.int().min(1).max(3650)
const tableName = z
  .string()
  .regex(
    /^[A-Za-z0-9_.*-]{3,255}$/,
    'not a table name (3 to 255 letters, digits, _ . or -; * stands for any text)'
  )
/** Of the account and Region that the stacks are deployed to. */
const tableArn = z.string().regex(/^arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\d{12}:table\/[A-Za-z0-9_.*-]{3,255}$/)
const table = z.union([tableArn, tableName])
export const roleName = z.string().regex(/^[\w+=,.@-]{1,64}$/, 'not the name of an IAM role')
/** A table that exists, and its own key where it has one. */
export const existingTable = z.union([table, z.strictObject({ table, keyArn: arn('kms') })], {
  error:
    'neither the name of a table (3 to 255 letters, digits, _ . or -; * stands for any text) nor its ARN nor {"table", "keyArn"}'
})
/** Keys of a table to create: `id:S`, or `pk:S,sk:N`. */
export const keys = z
  .string()
  .regex(/^[^,:]+:[SNB](,[^,:]+:[SNB])?$/, "write it as 'key:T' or 'key:T,sortkey:T'")
/** Whom Snowflake comes as. */
export const trust = z.strictObject({
  /** `API_AWS_IAM_USER_ARN` or `STORAGE_AWS_IAM_USER_ARN` of DESCRIBE INTEGRATION. */
  principal: arn('iam'),
  /** `…_AWS_EXTERNAL_ID` of DESCRIBE INTEGRATION, to the last `=`. */
  externalId: z.string().min(2).max(1224)
})
/** What CloudWatch Logs can keep: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const logDays = z.union(
  [7, 14, 30, 60, 90, 120, 180, 365, 400, 731, 1827, 3653].map((each) => z.literal(each))
)

/** The name of a table under `tables.existing`, with `*` where the settings have it. */
export const nameOf = (existing: z.output<typeof existingTable>): string =>
  (typeof existing === 'string' ? existing : existing.table).replace(/^.*:table\//, '')
