import * as z from 'zod'
import { ledgerTableName } from '../api/ledger/ledger-store.ts'
import { readTableSpec } from '../api/local/table-spec.ts'
import { arn, days, existingTable, keys, logDays, nameOf, roleName, trust } from './setting-forms.ts'

// What a deployment decides: `context.push_to_dynamo` of cdk.json, or `--context push_to_dynamo='{…}'`.

const settingsSchema = z
  .strictObject({
    tables: z.strictObject({
      /** Tables that exist, by name, ARN or name with `*`; those with a key of their own name it. */
      existing: z.array(existingTable).default([]),
      /** Tables to create: name → keys, e.g. `{"orders": "id:S"}`. They outlive the stacks. */
      create: z.record(z.string(), keys).default({})
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
        refuse(['tables', 'create', name], (error as Error).message.replace(/^--table /, ''))
      }
      if (tables.existing.some((each) => nameOf(each) === name))
        refuse(['tables', 'create', name], 'the table is under tables.existing, too')
    }
    for (const name of [...tables.existing.map(nameOf), ...Object.keys(tables.create)])
      if (meansLedger(name))
        refuse(
          ['tables'],
          `${name} means ${ledgerTableName}, the ledger, which takes no rows: name it closer`
        )
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

const meansLedger = (name: string): boolean =>
  new RegExp(`^${name.split('*').map(RegExp.escape).join('.*')}$`).test(ledgerTableName)

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
