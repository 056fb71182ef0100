import * as z from 'zod'
import { JsonNumber, JsonObject, type JsonValue } from '../../json/json-value.ts'
import { nearest } from '../../json/nearest.ts'
import { WorksheetError } from '../worksheet/worksheet-error.ts'

const number = z.instanceof(JsonNumber).transform(({ text }) => Number(text))
const share = number.pipe(z.number().min(0).max(1)).meta({ values: 'a number from 0 to 1' })

/** `10 minutes`, `cron 0 6 * * * UTC` (the time zone may be left out), `on change`. */
const schedulePattern =
  /^([1-9]\d{0,4} (second|minute|hour)s?|cron( [\d*,/LA-Z#-]+){5}( [A-Za-z_]+(\/[A-Za-z_+-]+)*)?|on change)$/i

/** The options of `create_dynamo_sync`, with what a message says of their values. */
const syncSchema = z.strictObject({
  capture: z.enum(['stream', 'diff', 'full']).optional().meta({ values: "'stream', 'diff' or 'full'" }),
  schedule: z
    .string()
    .regex(schedulePattern)
    .optional()
    .meta({ values: "'10 minutes', 'cron 0 6 * * * UTC' or 'on change'" }),
  mirror: z.boolean().optional().meta({ values: 'true or false' }),
  max_delete_share: share.optional(),
  bulk_above: number.pipe(z.int().min(0)).optional().meta({ values: 'a whole number of rows' }),
  push: z.instanceof(JsonObject).optional().meta({ values: 'an object of push options' })
})

/** The options of `run_dynamo_sync`: for this run only. */
const runSchema = z.strictObject({
  max_delete_share: share.optional(),
  redrive: z.boolean().optional().meta({ values: 'true or false' }),
  fail: z.boolean().optional().meta({ values: 'true or false' })
})

const read = <T extends z.ZodRawShape>(schema: z.ZodObject<T>, options: JsonValue) => {
  if (options !== null && !(options instanceof JsonObject))
    throw new WorksheetError('the options are not an object: use OBJECT_CONSTRUCT(...)')
  const given = Object.fromEntries([...(options ?? [])].filter(([, value]) => value !== null))
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const option = issue?.path[0]
  if (typeof option === 'string') {
    const values =
      z.globalRegistry.get(schema.shape[option] as never)?.values ?? valuesOf(schema.shape[option])
    throw new WorksheetError(`option ${option} takes ${String(values)}`)
  }
  const unknown = issue?.code === 'unrecognized_keys' ? (issue.keys[0] ?? '') : ''
  const known = Object.keys(schema.shape)
  const meant = nearest(unknown, known)
  throw new WorksheetError(
    meant === undefined
      ? `unknown option ${unknown}; the options are ${known.join(', ')}`
      : `unknown option ${unknown}: did you mean ${meant}?`
  )
}

/** An optional schema hides the note of what it wraps. */
const valuesOf = (schema: unknown): unknown =>
  ((schema as z.ZodOptional<z.ZodType>).unwrap?.().meta() as { values?: string } | undefined)?.values ??
  'another value'

export interface SyncOptions {
  readonly capture: 'stream' | 'diff' | 'full'
  readonly schedule: string | null
  readonly mirror: boolean
  readonly maxDeleteShare: number
  readonly bulkAbove: number
  readonly push: JsonObject
}

/** @throws WorksheetError naming the nearest option, or the values it takes */
export const readSyncOptions = (options: JsonValue): SyncOptions => {
  const {
    capture = 'diff',
    schedule,
    mirror = false,
    max_delete_share,
    bulk_above,
    push
  } = read(syncSchema, options)
  if (/^on change$/i.test(schedule ?? '') && capture !== 'stream')
    throw new WorksheetError("schedule 'on change' needs capture 'stream'")
  const given = push ?? new JsonObject()
  if (given.has('dry_run')) throw new WorksheetError('push option dry_run: use preview_dynamo_sync')
  if (given.get('mode') === 'delete')
    throw new WorksheetError("push option mode takes 'put' or 'update' in a sync; option mirror deletes")
  return {
    capture,
    schedule: schedule ?? null,
    mirror,
    maxDeleteShare: max_delete_share ?? 0.2,
    bulkAbove: bulk_above ?? 100_000,
    push: given
  }
}

export interface RunOptions {
  readonly maxDeleteShare: number | undefined
  /** Rejected rows go again, too. */
  readonly isRedrive: boolean
  /** A run that ends failed is an error, as tasks need it. */
  readonly isErrorOnFailure: boolean
}

/** @throws WorksheetError as above */
export const readRunOptions = (options: JsonValue): RunOptions => {
  const { max_delete_share, redrive = false, fail = false } = read(runSchema, options)
  return { maxDeleteShare: max_delete_share, isRedrive: redrive, isErrorOnFailure: fail }
}
