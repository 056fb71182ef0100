import * as z from 'zod'
import { checkForm, storedForm } from '../json/stored-form.ts'

/** What a message on the load queue asks for. */
export type LoadTask =
  /** An object arrived: a manifest, or a file in `drop/`. */
  | { readonly kind: 'arrived'; readonly key: string; readonly etag: string | undefined }
  /** A chunk of an open run is to be loaded. */
  | { readonly kind: 'chunk'; readonly run: string; readonly chunk: string; readonly generation: number }
  /** A run is to be opened from its manifest in the bucket. */
  | { readonly kind: 'run'; readonly run: string }
  /** The job of a managed engine is to be looked at; `look` tells which look of it this is. */
  | {
      readonly kind: 'job'
      readonly run: string
      readonly generation: number
      readonly look?: number | undefined
    }
  /** What a run has set aside is to go through again. */
  | { readonly kind: 'redrive'; readonly run: string }
  /** Comes in a while: shows that the queue is worked on, and has runs that stand looked after. */
  | { readonly kind: 'look' }
  /** Comes in a while: shows that the queue is worked on. */
  | { readonly kind: 'beat' }
  /** The rows of an HTTP batch that ran out of time. */
  | { readonly kind: 'spill'; readonly batch: string }

/** What our own messages ask for. */
export type OwnTask = Exclude<LoadTask, { readonly kind: 'arrived' }>

const form = z.int().optional()
const ownTask = z.union([
  z.strictObject({
    form,
    kind: z.literal('chunk'),
    run: z.string(),
    chunk: z.string(),
    generation: z.int().nonnegative()
  }),
  z.strictObject({ form, kind: z.literal('run'), run: z.string() }),
  z.strictObject({
    form,
    kind: z.literal('job'),
    run: z.string(),
    generation: z.int().nonnegative(),
    look: z.int().nonnegative().optional()
  }),
  z.strictObject({ form, kind: z.literal('redrive'), run: z.string() }),
  z.strictObject({ form, kind: z.literal('spill'), batch: z.string() }),
  z.strictObject({ form, kind: z.literal('look') }),
  z.strictObject({ form, kind: z.literal('beat') })
])

/** The message that asks for it. */
export const queueMessage = (task: OwnTask): string => JSON.stringify({ form: storedForm, ...task })
const s3Event = z.object({
  Records: z.array(
    z.object({
      eventName: z.string(),
      s3: z.object({ object: z.object({ key: z.string(), eTag: z.string().optional() }) })
    })
  )
})
/** S3 sends this once, when the notification is set up. */
const testEvent = z.object({ Event: z.literal('s3:TestEvent') })

/**
 * A message's body → what it asks for; empty for events that ask for nothing.
 *
 * @returns undefined when it is none of ours: such a message belongs to the dead letters
 * @throws UnknownForm when another version of this code sent it
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export const readQueueMessage = (body: string): readonly LoadTask[] | undefined => {
  let message: unknown
  try {
    message = JSON.parse(body)
  } catch {
    return undefined
  }
  const said = (message as { readonly form?: unknown } | null)?.form
  checkForm('the message', said)
  const own = ownTask.safeParse(message)
  if (own.success) {
    const { form: _, ...task } = own.data
    return [task]
  }
  const event = s3Event.safeParse(message)
  if (event.success)
    return event.data.Records.filter(({ eventName }) => /^(s3:)?ObjectCreated/.test(eventName)).map(
      ({ s3 }) => ({
        kind: 'arrived' as const,
        key: decodeKey(s3.object.key),
        etag: s3.object.eTag
      })
    )
  return testEvent.safeParse(message).success ? [] : undefined
}

/** The event's key is URL-encoded with `+` for blanks. */
const decodeKey = (key: string): string => {
  const blanks = key.replaceAll('+', ' ')
  try {
    return decodeURIComponent(blanks)
  } catch {
    return blanks
  }
}
