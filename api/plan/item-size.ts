import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { significantDigits } from './decimal.ts'

/** An item inside the plan: attribute names and values, `__proto__` included. */
export type Item = ReadonlyMap<string, AttributeValue>

/**
 * Bytes of an item as DynamoDB counts them towards its 400 KB.
 *
 * A number is counted at its least (half a byte a significant digit, one more, one for a minus sign): DynamoDB
 * pairs digits around the decimal point and may count one byte more. So what is refused here is surely too
 * large; the rare number that is at the edge is left for the table to judge.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export const itemBytes = (item: Item): number => {
  let bytes = 0
  for (const [name, value] of item) bytes += Buffer.byteLength(name) + valueBytes(value)
  return bytes
}

const containerBytes = 3
const memberBytes = 1

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

const numberBytes = (text: string): number =>
  text === '0' ? 1 : 1 + Math.ceil(significantDigits(text) / 2) + (text.startsWith('-') ? 1 : 0)
