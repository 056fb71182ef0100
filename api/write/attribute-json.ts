import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { base64Text } from '../json/base64.ts'
import type { AttributeRecord } from './dynamodb-calls.ts'

/** An item as DynamoDB's JSON: `{"id":{"S":"a"},"n":{"N":"1.5"}}`. */
export const printItem = (item: Iterable<readonly [name: string, value: AttributeValue]>): string => {
  let text = ''
  for (const [name, value] of item)
    text += `${text === '' ? '{' : ','}${JSON.stringify(name)}:${printAttribute(value)}`
  return text === '' ? '{}' : `${text}}`
}

export const printAttribute = (value: AttributeValue): string => {
  if (value.S !== undefined) return `{"S":${JSON.stringify(value.S)}}`
  if (value.N !== undefined) return `{"N":${JSON.stringify(value.N)}}`
  if (value.BOOL !== undefined) return `{"BOOL":${value.BOOL}}`
  if (value.NULL !== undefined) return `{"NULL":${value.NULL}}`
  if (value.B !== undefined) return `{"B":"${base64Text(value.B)}"}`
  if (value.SS) return `{"SS":${JSON.stringify(value.SS)}}`
  if (value.NS) return `{"NS":${JSON.stringify(value.NS)}}`
  if (value.BS) return `{"BS":${JSON.stringify(value.BS.map(base64Text))}}`
  if (value.L) return `{"L":[${value.L.map(printAttribute).join()}]}`
  return `{"M":${printItem(Object.entries(value.M ?? {}))}}`
}

/** A value of a parsed answer: like AttributeValue, but bytes are base64 text. */
type JsonAttribute = Omit<AttributeValue, 'B' | 'BS' | 'L' | 'M'> & {
  B?: string | Uint8Array
  BS?: Array<string | Uint8Array>
  L?: JsonAttribute[]
  M?: Record<string, JsonAttribute>
}

/** Makes bytes of all base64 in an item that JSON.parse gave, in place: such objects keep a name like `__proto__`. */
export const readItem = (record: unknown): AttributeRecord => {
  for (const value of Object.values(record as Record<string, JsonAttribute>)) readBytes(value)
  return record as AttributeRecord
}

const readBytes = (value: JsonAttribute): void => {
  if (value.B !== undefined) value.B = toBytes(value.B)
  else if (value.BS) value.BS = value.BS.map(toBytes)
  else if (value.L) for (const member of value.L) readBytes(member)
  else if (value.M) readItem(value.M)
}

const toBytes = (text: string | Uint8Array): Uint8Array =>
  typeof text === 'string' ? new Uint8Array(Buffer.from(text, 'base64')) : text
