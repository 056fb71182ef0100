import * as z from 'zod'
import { JsonNumber, JsonObject, type JsonValue } from '../json/json-value.ts'
import { nameFlaw } from './attribute.ts'
import { readKeyTemplate } from './key-template.ts'

/** The forms that values of options take. */

export const attribute = z.string().refine((name) => nameFlaw(name) === undefined)
export const objectOf = <T>(member: z.ZodType<T>) =>
  z.instanceof(JsonObject).transform((object, context) => {
    const read = new Map<string, T>()
    for (const [name, value] of object) {
      const parsed = member.safeParse(value)
      if (parsed.success && object.repeated === undefined) read.set(name, parsed.data)
      else context.addIssue('not one of the allowed values')
    }
    return read
  })
const strictMembers = <T extends z.ZodRawShape>(shape: T) =>
  z
    .instanceof(JsonObject)
    .transform((object): unknown => (object.repeated === undefined ? Object.fromEntries(object) : undefined))
    .pipe(z.strictObject(shape))
const days = z
  .instanceof(JsonNumber)
  .transform(({ text }) => Number(text))
  .pipe(z.number().positive().max(36_500))
export const expiry = strictMembers({ attribute, days })
export const template = z.string().transform((text, context) => {
  const read = readKeyTemplate(text)
  if (read) return read
  context.addIssue('not a template')
  return z.NEVER
})
export const condition = z.union([
  z.enum(['absent', 'present']),
  strictMembers({
    expression: z.string().min(1),
    names: objectOf(attribute).optional(),
    values: objectOf(z.custom<JsonValue>(() => true)).optional()
  })
])
/** From 1 to so many. */
export const numberUpTo = (most: number) =>
  z
    .instanceof(JsonNumber)
    .transform(({ text }) => Number(text))
    .pipe(z.number().min(1).max(most))
