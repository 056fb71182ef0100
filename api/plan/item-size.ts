import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { digitPairs } from './decimal.ts'

/** An item inside the plan: attribute names and values, `__proto__` included. */
export type Item = ReadonlyMap<string, AttributeValue>

/**
 * Bytes of an item as DynamoDB counts them towards its 400 KB.
 *
 * Names and text count their UTF-8 bytes; a number one byte, one more for each pair of digits and one for a minus
 * sign; a list or map three and one for each member; sets nothing beside their members. The page gives this
 * roughly; the exact rule was bisected on AWS DynamoDB Local (409,600 bytes taken, 409,601 refused).
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export const itemBytes = (item: Item): number => {
  let bytes = 0
  for (const [name, value] of item) bytes += Buffer.byteLength(name) + valueBytes(value)
  return bytes
}

export const containerBytes = 3
export const memberBytes = 1

export const valueBytes = (value: AttributeValue): number => {
  if (value.S !== undefined) return Buffer.byteLength(value.S)
  if (value.N !== undefined) return numberBytes(value.N)
  if (value.B !== undefined) return value.B.byteLength
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1
  if (value.SS) return value.SS.reduce((bytes, text) => bytes + Buffer.byteLength(text), 0)
  if (value.NS) return value.NS.reduce((bytes, text) => bytes + numberBytes(text), 0)
  if (value.BS) return value.BS.reduce((bytes, content) => bytes + content.byteLength, 0)
  if (value.L)
    return value.L.reduce((bytes, member) => bytes + memberBytes + valueBytes(member), containerBytes)
  let bytes = containerBytes
  for (const name in value.M) {
    const member = value.M[name]
    if (member) bytes += memberBytes + Buffer.byteLength(name) + valueBytes(member)
  }
  return bytes
}

const numberBytes = (text: string): number => 1 + digitPairs(text) + (text.startsWith('-') ? 1 : 0)
