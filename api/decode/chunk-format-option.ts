import * as z from 'zod'
import { JsonNumber, JsonObject } from '../json/json-value.ts'
import { nearest } from '../json/nearest.ts'
import { noMark } from './csv-dialect.ts'
import { markText } from './mark-text.ts'

const takes = (member: string, values: string) => ({ error: `option format: ${member} takes ${values}` })

const notUtf8 = (member: string) => ({
  error: `option format: ${member} is not UTF-8, which chunks are: write it as its UTF-8 bytes, such as '\\xC2\\xA7'`
})

/** Text with its escape sequences read; undefined, which fails the refinement, when its bytes are not UTF-8. */
const said = (member: string, values: { readonly error: string }) =>
  z
    .string(values)
    .transform(markText)
    .refine((text) => text !== undefined, notUtf8(member))

/** CREATE FILE FORMAT's word for: there is no such mark. */
const none = z.union([z.null(), z.string().regex(/^none$/i)]).transform(() => 'none' as const)

const marks = (member: string, values: { readonly error: string }) =>
  said(member, values).pipe(z.string().min(1, values).max(16, values))

const mark = (member: string) => {
  const values = takes(member, "one character or 'none'")
  const one = said(member, values).pipe(z.string().refine((text) => [...text].length === 1, values))
  return z.union([none, one], values).optional()
}

const lines = (member: string) => {
  const values = takes(member, 'a number of lines, from 0 to 1000000')
  return z
    .instanceof(JsonNumber, values)
    .refine(({ text }) => /^(0|[1-9][0-9]{0,6})$/.test(text) && Number(text) <= 1_000_000, values)
    .transform(({ text }) => Number(text))
}

const nullIfValues = takes('null_if', "a text or a list of texts, such as ['\\\\N']")
const delimiterValues = takes('delimiter', "1 to 16 characters, or 'none' for rows of one column")
const recordValues = takes(
  'record_delimiter',
  '1 to 16 characters; a chunk that is one row (NONE) is not read'
)
const binaryValues = takes('binary_format', "'hex' (COPY's default), 'base64' or 'utf8'")
const headerValues = takes('header', 'true, or the list of column names of chunks without one')

const members = {
  type: z
    .enum(
      ['ndjson', 'csv', 'parquet', 'dynamodb_json'],
      takes('type', "'ndjson', 'csv', 'parquet' or 'dynamodb_json'")
    )
    .optional(),
  compression: z
    .enum(['auto', 'gzip', 'zstd', 'none'], takes('compression', "'auto', 'gzip', 'zstd' or 'none'"))
    .optional(),
  header: z
    .union(
      [z.literal(true), z.array(z.string().min(1, headerValues), headerValues).min(1, headerValues)],
      headerValues
    )
    .optional(),
  skip_header: lines('skip_header').optional(),
  delimiter: z.union([none, marks('delimiter', delimiterValues)], delimiterValues).optional(),
  record_delimiter: marks('record_delimiter', recordValues)
    .refine((text) => !/^none$/i.test(text), recordValues)
    .optional(),
  quote: mark('quote'),
  escape: mark('escape'),
  escape_unenclosed: mark('escape_unenclosed'),
  null_if: z
    .union(
      [z.string().transform((text) => [text]), z.array(z.string(nullIfValues), nullIfValues)],
      nullIfValues
    )
    .optional(),
  empty_as_null: z.boolean(takes('empty_as_null', 'true or false')).optional(),
  binary_format: z
    .enum(['hex', 'base64', 'utf8', 'utf-8'], binaryValues)
    .transform((format) => (format === 'utf-8' ? 'utf8' : format))
    .optional()
}

/** The same members under the names that CREATE FILE FORMAT gives them. */
const snowflakeNames: Readonly<Record<string, keyof typeof members>> = {
  field_delimiter: 'delimiter',
  field_optionally_enclosed_by: 'quote',
  escape_unenclosed_field: 'escape_unenclosed',
  empty_field_as_null: 'empty_as_null'
}

/** Members that say something about CSV only. */
export const csvMembers = Object.keys(members).filter(
  (name) => name !== 'type' && name !== 'compression' && name !== 'binary_format'
)

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
    if (option.type === 'parquet' && option.binary_format !== undefined)
      context.addIssue('option format: binary_format is for text; Parquet holds bytes as they are')
    if (option.skip_header === 0 && !Array.isArray(option.header))
      context.addIssue(
        'option format: skip_header 0 says that no line is a header: name the columns by header'
      )
    const { quote = '"', record_delimiter: recordEnd = '\n' } = option
    const delimiter = option.delimiter === 'none' ? noMark : (option.delimiter ?? ',')
    if (delimiter.includes(quote) || delimiter.includes(recordEnd) || recordEnd.includes(delimiter))
      context.addIssue('option format: delimiter, record_delimiter and quote must be different marks')
  })

export type ChunkFormatOption = z.infer<typeof chunkFormatOption>

/** Values that are one of a list, in any case. */
const isWord = (member: string): boolean => ['type', 'compression', 'binary_format'].includes(member)

const unknownMember = (issue: z.core.$ZodRawIssue): string | undefined => {
  if (issue.code !== 'unrecognized_keys') return undefined
  const unknown = String((issue as { readonly keys?: readonly string[] }).keys?.[0])
  const known = Object.keys(members)
  const meant = nearest(unknown, known)
  const cure = meant === undefined ? `its members are ${known.join(', ')}` : `did you mean ${meant}?`
  return `option format: unknown member ${JSON.stringify(unknown)}; ${cure}`
}
