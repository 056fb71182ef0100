import * as z from 'zod'
import { textOf } from './token.ts'

// The forms that single settings have.

/** An ARN of a service. */
export const arn = (service: string) =>
  textOf(z.string().regex(new RegExp(`^arn:aws[a-z-]*:${service}:`), `not an ARN of ${service}`))
export const days = z.int().min(1).max(3650)
/** What all names of a deployment begin with; a bucket's name has 63 letters, account and Region among them. */
export const deploymentName = z
  .string()
  .regex(
    /^(?=.{3,30}$)[a-z][a-z0-9]*(_[a-z0-9]+)*$/,
    'not a name for a deployment: 3 to 30 small letters, digits and single _, such as push_to_dynamo_dev'
  )
const tableName = textOf(
  z
    .string()
    .regex(
      /^[A-Za-z0-9_.*-]{3,255}$/,
      'not a table name (3 to 255 letters, digits, _ . or -; * stands for any text)'
    )
)
/** Of the account and Region that the stacks are deployed to: `homeOf` holds the deployment to them. */
const tableArn = z.string().regex(/^arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\d{12}:table\/[A-Za-z0-9_.*-]{3,255}$/)
const table = z.union([tableArn, tableName])
export const roleName = textOf(z.string().regex(/^[\w+=,.@-]{1,64}$/, 'not the name of an IAM role'))
/** A name in Snowflake that needs no quotes. */
export const sqlName = z.string().regex(/^[A-Za-z_]\w{0,254}$/, 'not a plain name: letters, digits and _')
export const vpcId = z.string().regex(/^vpc-[0-9a-f]{8,17}$/, 'not the id of a VPC: vpc-…')
/** IAM knows keys, not their aliases. */
const keyArn = textOf(
  z
    .string()
    .regex(
      /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/,
      'not the ARN of a KMS key (arn:aws:kms:…:key/…); an alias grants nothing'
    )
)
/** A table that exists, and its own key where it has one. */
export const existingTable = z.union([table, z.strictObject({ table, keyArn })], {
  error: (issue) =>
    (issue.input as { readonly keyArn?: unknown } | undefined)?.keyArn === undefined
      ? 'neither the name of a table (3 to 255 letters, digits, _ . or -; * stands for any text) nor its ARN nor {"table", "keyArn"}'
      : 'keyArn: not the ARN of a KMS key (arn:aws:kms:…:key/…); an alias grants nothing'
})
/** Whom Snowflake comes as: a user or a role, never an account. */
const oneTrust = z.strictObject({
  /** `API_AWS_IAM_USER_ARN` or `STORAGE_AWS_IAM_USER_ARN` of DESCRIBE INTEGRATION. */
  principal: textOf(
    z
      .string()
      .regex(/^arn:aws[a-z-]*:iam::\d{12}:(user|role)\/[\w+=,.@/-]+$/, 'not the ARN of an IAM user or role')
  ),
  /** `…_AWS_EXTERNAL_ID` of DESCRIBE INTEGRATION, to the last `=`. */
  externalId: z.string().min(2).max(1224)
})
export type Trust = z.output<typeof oneTrust>
/** One Snowflake account, or several. */
export const trust = z.union([oneTrust, z.array(oneTrust).min(1)], {
  error: (issue) =>
    `${whatIsWrong(issue.input)}: {"principal", "externalId"} of DESCRIBE INTEGRATION, or a list of them`
})

/** Of a single entry or of the first wrong one of a list. */
const whatIsWrong = (input: unknown): string => {
  for (const one of Array.isArray(input) ? input : [input]) {
    const read = oneTrust.safeParse(one)
    if (!read.success)
      return read.error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; ')
  }
  return 'an empty list'
}

export const trustsOf = (setting: Trust | readonly Trust[] | undefined): readonly Trust[] =>
  setting === undefined ? [] : Array.isArray(setting) ? (setting as readonly Trust[]) : [setting as Trust]

/** A table that does not exist yet: one name. */
export const madeName = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{3,255}$/, 'not a table name (3 to 255 letters, digits, _ . or -)')

/** Tables that a manifest without a call, or a file in `drop/`, may load. */
export const bulkTable = z.union([
  tableName,
  z.strictObject({ table: tableName, deletes: z.boolean().default(false) })
])
/** What CloudWatch Logs can keep: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const logDays = z.union(
  [7, 14, 30, 60, 90, 120, 180, 365, 400, 731, 1827, 3653].map((each) => z.literal(each))
)
/** The least TLS of the API, and API Gateway's name of it: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-list.html */
export const securityPolicies = {
  '1.0': undefined,
  '1.2': 'SecurityPolicy_TLS13_1_2_2021_06',
  '1.3': 'SecurityPolicy_TLS13_1_3_2025_09'
} as const

/** The name of a table under `tables.existing`, with `*` where the settings have it. */
export const nameOf = (existing: z.output<typeof existingTable>): string =>
  (typeof existing === 'string' ? existing : existing.table).replace(/^.*:table\//, '')
