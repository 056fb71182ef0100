import * as z from 'zod'
import { workers } from '../api/runtime/deployment-numbers.ts'
import { mostWorkMs, workMs } from '../api/runtime/time-budgets.ts'
import { createdTable, tableKeys } from './created-table.ts'
import { usualName } from './names.ts'
import {
  arn,
  bulkTable,
  days,
  deploymentName,
  existingTable,
  logDays,
  madeName,
  roleName,
  securityPolicies,
  sqlName,
  trust,
  vpcId
} from './setting-forms.ts'
import { numberOf, textOf } from './token.ts'

// What a deployment decides: `context.push_to_dynamo` of cdk.json, or `--context push_to_dynamo='{…}'`.

const tables = z.strictObject({
  /** Tables that exist, by name, ARN or name with `*`; those with a key of their own name it. */
  existing: z.array(existingTable).default([]),
  /** Tables to create: name → keys, e.g. `{"orders": "id:S"}`, or more. They outlive the stacks. */
  create: z.record(z.string(), createdTable).default({})
})
/** Who is told of what needs a person: a mailbox, or a notification integration of yours. */
const sqlAlerts = z
  .strictObject({
    mail: z.email().optional(),
    integration: sqlName.optional(),
    /** What the integration takes: mail and webhooks text, queues such as SNS JSON. */
    content: z.enum(['text/plain', 'application/json']).default('text/plain'),
    minutes: z.int().min(1).max(11_520).default(60)
  })
  .refine(({ mail, integration }) => (mail === undefined) !== (integration === undefined), {
    error: 'name a mail address or an integration of yours, one of them'
  })
const snowflake = z.strictObject({
  /** Who may call the API; until it is known nobody may. */
  invoke: trust.optional(),
  /** Who may unload into the bucket; until it is known nobody may. */
  unload: trust.optional(),
  /** Default: `<name>_invoke`, `<name>_unload`. */
  invokeRole: roleName.optional(),
  unloadRole: roleName.optional(),
  /** Snowflake's queue that hears of new objects under audit/: `notification_channel` of SHOW PIPES. */
  auditQueue: arn('sqs').optional(),
  /** Where tasks run: on the warehouse, or on compute of Snowflake's own. */
  tasks: z.enum(['warehouse', 'serverless']).default('warehouse'),
  /** Notification integrations of yours that tasks tell of a run that failed, or ended well. */
  taskErrors: sqlName.optional(),
  taskSuccesses: sqlName.optional(),
  /** Snowflake's VPCs, where API and bucket are to be reached by PrivateLink alone: SYSTEM$GET_SNOWFLAKE_PLATFORM_INFO(). */
  vpcs: z.array(vpcId).default([]),
  /** A resource monitor: credits a month of the warehouse. */
  creditQuota: z.int().min(1).optional(),
  alerts: sqlAlerts.optional(),
  /** The pages to look and to operate, by Streamlit in Snowflake. */
  page: z.boolean().default(false)
})
const api = z.strictObject({
  stage: z
    .string()
    .regex(/^\w{1,128}$/)
    .default('v1'),
  requestsPerSecond: numberOf(z.int().min(1)).default(200),
  burst: numberOf(z.int().min(1)).default(400),
  deadlineMs: z.int().min(100).max(mostWorkMs).default(workMs),
  /** The account's role by which API Gateway writes logs; false where it is set up already. */
  createLogsRole: z.boolean().default(true),
  /** The least TLS that the API speaks. */
  minTls: z.enum(Object.keys(securityPolicies) as [keyof typeof securityPolicies]).default('1.2'),
  /** New code gets a tenth of the calls for five minutes, and goes back when it fails. */
  gradual: z.boolean().default(false)
})
const alarms = z.strictObject({
  mail: textOf(z.email()).optional(),
  topicArn: arn('sns').optional(),
  /** One alarm for all that our own log lines tell. */
  few: z.boolean().default(false),
  throttlesIn5Minutes: z.int().min(1).default(5000),
  clientErrorsIn5Minutes: z.int().min(1).default(20),
  /** Shares of all rows that were answered. */
  rejectedPercent: z.number().gt(0).max(100).default(10),
  unprocessedPercent: z.number().gt(0).max(100).default(1),
  /** A run whose chunks show no life for so long. */
  runHours: z.number().gt(0).max(24).default(2)
})

/** Each setting by itself; what they must be together is asked in wrong-together.ts. */
export const settingsForm = z.strictObject({
  /** What stacks, roles, bucket, ledger, namespace, API and integrations are called after. */
  name: textOf(deploymentName).default(usualName),
  tables,
  /** What a manifest that no call announced, or a file in `drop/`, may load. */
  bulk: z
    .strictObject({
      tables: z.array(bulkTable).optional(),
      /** Tables that a load by engine `import` may make: name → keys, e.g. `{"events": "id:S,at:N"}`. */
      imports: z.record(madeName, tableKeys).default({})
    })
    .prefault({}),
  snowflake: snowflake.prefault({}),
  api: api.prefault({}),
  /** Chunks, or spilled batches, loaded at the same time. */
  workers: z
    .strictObject({
      load: numberOf(z.int().min(2).max(1000)).default(workers.load),
      spill: numberOf(z.int().min(2).max(1000)).default(workers.spill)
    })
    .prefault({}),
  reservedConcurrency: z
    .strictObject({
      push: numberOf(z.int().min(1)),
      load: numberOf(z.int().min(2)),
      spill: numberOf(z.int().min(2))
    })
    .partial()
    .default({}),
  memoryMb: z
    .strictObject({
      push: numberOf(z.int().min(256).max(10_240)).default(1769),
      load: numberOf(z.int().min(256).max(10_240)).default(3008),
      spill: numberOf(z.int().min(256).max(10_240)).default(1769)
    })
    .prefault({}),
  /** X-Ray's traces of API and functions. */
  tracing: z.boolean().default(false),
  /** `"few"` is short for `{"few": true}`. */
  alarms: z.preprocess((given) => (given === 'few' ? { few: true } : given), alarms.prefault({})),
  logDays: logDays.default(90),
  /** Objects under these prefixes are removed after so many days; what was replaced or removed, after `versions`. */
  keepDays: z
    .strictObject({
      unload: days.default(30),
      drop: days.default(30),
      done: days.default(30),
      rejected: days.default(90),
      failed: days.default(90),
      audit: days.default(400),
      versions: days.default(7)
    })
    .prefault({}),
  /** One KMS key of your own for bucket, queues, ledger and created tables instead of AWS's. */
  ownKey: z.boolean().default(false),
  tags: z.record(z.string(), z.string()).default({})
})

export type Settings = z.output<typeof settingsForm>
export type SettingsInput = z.input<typeof settingsForm>
