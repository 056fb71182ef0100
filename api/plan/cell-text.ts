import { base64Bytes } from '../json/base64.ts'
import { JsonBytes } from '../json/json-bytes.ts'
import type { JsonValue } from '../json/json-value.ts'
import { Flaw, named } from './row-result.ts'
import type { AttributeType, ReadJson } from './typed-attribute.ts'

/** How text holds bytes, in the words of Snowflake's BINARY_FORMAT. */
export type BinaryFormat = 'hex' | 'base64' | 'utf8'

/** What is known of the text that a chunk holds. */
export interface TextTerms {
  /** The rows are CSV: every cell is text, and a key takes its type from the table. */
  readonly isUntyped: boolean
  readonly binaryFormat: BinaryFormat | undefined
}

/**
 * Text as the value that it stands for in a chunk: bytes where B or BS is asked for, a boolean where BOOL is (COPY writes
 * `true`, other writers of CSV `True` or `TRUE`); everything else as it is. Where nobody said how a CSV chunk holds
 * bytes, cells that are both base64 and hexadecimal, as COPY writes BINARY, are never read as one of them.
 */
export const meantByText = (
  value: JsonValue,
  type: AttributeType | undefined,
  name: string,
  { isUntyped, binaryFormat, readJson }: Partial<TextTerms> & { readonly readJson: ReadJson }
): JsonValue | Flaw => {
  if (typeof value !== 'string') return value
  if (type === 'BOOL' && isUntyped && /^(?:true|false)$/i.test(value)) return value.toLowerCase() === 'true'
  if (type !== 'B' && type !== 'BS') return value
  if (binaryFormat === undefined && !isUntyped) return value
  const members = type === 'BS' ? readJson(value) : [value]
  if (!Array.isArray(members)) return value
  const made: JsonValue[] = []
  for (const member of members) {
    const bytes = typeof member === 'string' ? bytesOf(member, binaryFormat) : undefined
    if (bytes === undefined) return new Flaw('unsupported_value', unreadable(name, type, binaryFormat))
    made.push(new JsonBytes(bytes))
  }
  return type === 'BS' ? made : (made[0] ?? null)
}

const bytesOf = (text: string, format: BinaryFormat | undefined): Uint8Array | undefined => {
  if (format === 'utf8') return text.isWellFormed() ? new Uint8Array(Buffer.from(text)) : undefined
  const isHex = text.length % 2 === 0 && /^[0-9A-F]*$/i.test(text)
  if (format === 'hex') return isHex ? new Uint8Array(Buffer.from(text, 'hex')) : undefined
  if (format === undefined && isHex && text !== '') return undefined
  return base64Bytes(text)
}

const unreadable = (name: string, type: 'B' | 'BS', format: BinaryFormat | undefined): string => {
  const wanted = `attribute ${named(name)} is to be ${type}, which takes`
  if (format === 'hex') return `${wanted} pairs of hexadecimal digits, as format binary_format says`
  if (format === 'utf8') return `${wanted} Unicode text`
  return format === 'base64'
    ? `${wanted} base64 text`
    : `${wanted} base64 text; COPY writes BINARY as hexadecimal digits: say format binary_format: 'hex' or 'base64'`
}
