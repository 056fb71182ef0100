import * as z from 'zod'
import { JsonObject } from '../json/json-value.ts'
import { nearest } from '../json/nearest.ts'

/** Escape sequences as they reach us from SQL text: `'\\t'` is a tab, `'\\x01'` the byte 1. */
const unescaped = (text: string): string =>
  text.replace(/\\(t|n|r|\\|x[0-9a-fA-F]{2})/g, (_, code: string) =>
    code.startsWith('x') ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : (controls[code] ?? code)
  )
const controls: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', '\\': '\\' }

const takes = (member: string, values: string) => ({ error: `option format: ${member} takes ${values}` })

const marks = (member: string) => {
  const values = takes(member, '1 to 16 characters')
  return z.string(values).transform(unescaped).pipe(z.string().min(1, values).max(16, values))
}

const mark = (member: string) => {
  const values = takes(member, "one character or 'none'")
  const one = z
    .string(values)
    .transform(unescaped)
    .refine((text) => [...text].length === 1, values)
  return z.union([z.literal([null, 'none', 'NONE']).transform(() => 'none' as const), one], values).optional()
}

const nullIfValues = takes('null_if', "a text or a list of texts, such as ['\\\\N']")
const headerValues = takes('header', 'true, or the list of column names of chunks without one')

const members = {
  type: z.enum(['ndjson', 'csv', 'parquet'], takes('type', "'ndjson', 'csv' or 'parquet'")).optional(),
  compression: z
    .enum(['auto', 'gzip', 'zstd', 'none'], takes('compression', "'auto', 'gzip', 'zstd' or 'none'"))
    .optional(),
  header: z
    .union(
      [z.literal(true), z.array(z.string().min(1, headerValues), headerValues).min(1, headerValues)],
      headerValues
    )
    .optional(),
  delimiter: marks('delimiter').optional(),
  record_delimiter: marks('record_delimiter').optional(),
  quote: mark('quote'),
  escape: mark('escape'),
  escape_unenclosed: mark('escape_unenclosed'),
  null_if: z
    .union(
      [z.string().transform((text) => [text]), z.array(z.string(nullIfValues), nullIfValues)],
      nullIfValues
    )
    .optional(),
  empty_as_null: z.boolean(takes('empty_as_null', 'true or false')).optional()
}

/** The same members under the names that CREATE FILE FORMAT gives them. */
const snowflakeNames: Readonly<Record<string, keyof typeof members>> = {
  field_delimiter: 'delimiter',
  field_optionally_enclosed_by: 'quote',
  escape_unenclosed_field: 'escape_unenclosed',
  empty_field_as_null: 'empty_as_null'
}

/** Members that say something about CSV only. */
export const csvMembers = Object.keys(members).filter((name) => name !== 'type' && name !== 'compression')

/**
 * The bulk option `format`, as a manifest or a call sends it: parsed JSON in, a plain object out. Each issue's
 * message is a whole sentence that names the member and what it takes, or the nearest known member.
 */
export const chunkFormatOption = z
  .instanceof(JsonObject, {
    error: "option format takes an object, such as {'type': 'csv', 'delimiter': '|'}"
  })
  .transform((object, context): unknown => {
    const given = new Map<string, unknown>()
    for (const [name, value] of object) {
      const member = snowflakeNames[name.toLowerCase()] ?? name.toLowerCase()
      if (object.repeated !== undefined || given.has(member)) {
        context.addIssue(`option format: ${JSON.stringify(object.repeated ?? name)} is given twice`)
        return z.NEVER
      }
      given.set(member, isWord(member) && typeof value === 'string' ? value.toLowerCase() : value)
    }
    return Object.fromEntries(given)
  })
  .pipe(z.strictObject(members, { error: (issue) => unknownMember(issue) }))
  .superRefine((option, context) => {
    const alien = csvMembers.find((name) => name in option)
    if (option.type !== undefined && option.type !== 'csv' && alien !== undefined)
      context.addIssue(`option format: ${alien} is for type 'csv'`)
    if (option.type === 'parquet' && option.compression !== undefined)
      context.addIssue('option format: compression is for text; Parquet says itself how it is packed')
    const { delimiter = ',', quote = '"', record_delimiter: recordEnd = '\n' } = option
    if (delimiter.includes(quote) || delimiter.includes(recordEnd) || recordEnd.includes(delimiter))
      context.addIssue('option format: delimiter, record_delimiter and quote must be different marks')
  })

export type ChunkFormatOption = z.infer<typeof chunkFormatOption>

/** Values that are one of a list, in any case. */
const isWord = (member: string): boolean => member === 'type' || member === 'compression'

const unknownMember = (issue: z.core.$ZodRawIssue): string | undefined => {
  if (issue.code !== 'unrecognized_keys') return undefined
  const unknown = String((issue as { readonly keys?: readonly string[] }).keys?.[0])
  const known = Object.keys(members)
  const meant = nearest(unknown, known)
  const cure = meant === undefined ? `its members are ${known.join(', ')}` : `did you mean ${meant}?`
  return `option format: unknown member ${JSON.stringify(unknown)}; ${cure}`
}
