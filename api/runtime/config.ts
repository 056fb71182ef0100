import * as z from 'zod'
import { mostWorkMs, workMs } from './time-budgets.ts'

const bulkTableList = z.array(
  z.union([z.string(), z.strictObject({ table: z.string(), deletes: z.boolean().default(false) })])
)

const importTableList = z.record(
  z.string(),
  z
    .array(z.strictObject({ name: z.string(), type: z.enum(['S', 'N', 'B']) }))
    .min(1)
    .max(2)
)

/** JSON text of a form. */
const jsonOf = <Form extends z.ZodType>(form: Form, message: string) =>
  z.string().transform((text, context): z.output<Form> => {
    try {
      return form.parse(JSON.parse(text))
    } catch {
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    }
  })

/** Settings that a deployment or a local command gives by environment. */
const configSchema = z.object({
  /** Allow-list of tables, comma separated, `*` as wildcard. */
  PUSH_TABLES: z.string().trim().min(1).optional(),
  /** What manifests without a call may load: a JSON list of names and `{"table","deletes"}`. */
  PUSH_BULK_TABLES: jsonOf(bulkTableList, 'not a list of tables').optional(),
  /** Tables that engine `import` may make: JSON, name → key attributes `{"name","type"}` in their order. */
  PUSH_IMPORTS: jsonOf(importTableList, 'not tables with their keys').optional(),
  /** The name of the deployment: its ledger's and its metrics' begin with it. */
  PUSH_NAME: z.string().min(1).default('push_to_dynamo'),
  /** The ledger's table, where it is called otherwise than `<PUSH_NAME>_ledger`. */
  PUSH_LEDGER: z.string().min(3).optional(),
  /** Work time of one HTTP batch; API Gateway's limit of 29 s stays above it. */
  PUSH_DEADLINE_MS: z.coerce.number().int().min(100).max(mostWorkMs).default(workMs),
  /** Another DynamoDB than that of the Region: an emulated one, for one. */
  DYNAMODB_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  /** Who writes rows: the lean wire, or the AWS SDK, should the wire ever be in doubt. */
  PUSH_WRITER: z.enum(['wire', 'sdk']).default('wire'),
  /** The bucket of the bulk path and of spilled batches; without it neither exists. */
  PUSH_BUCKET: z.string().min(3).optional(),
  /** Queue of arrived manifests and chunks. */
  PUSH_LOAD_QUEUE_URL: z.url().optional(),
  /** Queue of spilled batches: a backfill must not delay a batch that Snowflake polls for. */
  PUSH_SPILL_QUEUE_URL: z.url().optional(),
  /** Event bus that learns of ended runs. */
  PUSH_EVENT_BUS: z.string().min(1).default('default'),
  AWS_LAMBDA_FUNCTION_NAME: z.string().optional(),
  /** Set at build time; shown by `/health`. */
  PUSH_VERSION: z.string().default('dev')
})

export type Config = z.infer<typeof configSchema>

/**
 * Reads the environment that the composition roots hand in.
 *
 * @throws Error naming the variable, before the first request does
 */
export const readConfig = (env: Readonly<Record<string, string | undefined>>): Config => {
  const present = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== '')
  )
  const read = configSchema.safeParse(present)
  if (!read.success) {
    const [issue] = read.error.issues
    throw new Error(`Environment variable ${issue?.path.join('.')} is wrong: ${issue?.message}`)
  }
  if (read.data.AWS_LAMBDA_FUNCTION_NAME !== undefined && read.data.PUSH_TABLES === undefined)
    throw new Error(
      'Environment variable PUSH_TABLES is not set: name the tables that may be touched, e.g. orders,customer_*'
    )
  return read.data
}
