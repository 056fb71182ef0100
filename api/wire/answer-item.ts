import type { AttributeValue } from '@aws-sdk/client-dynamodb'

/** An item, or a key, as DynamoDB's API has it. */
export type AttributeRecord = Record<string, AttributeValue>

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
