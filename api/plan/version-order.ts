import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { compareNumbers } from './decimal.ts'
import { isSameValue } from './same-item.ts'

/** Whether two versions can be ordered at all: DynamoDB's `<` is false between types. */
export const isSameType = (a: AttributeValue, b: AttributeValue): boolean =>
  (a.N !== undefined && b.N !== undefined) ||
  (a.S !== undefined && b.S !== undefined) ||
  (a.B !== undefined && b.B !== undefined)

/** Orders two versions of one type as DynamoDB does: numbers by value, text and bytes by their UTF-8 bytes. */
export const compareVersions = (a: AttributeValue, b: AttributeValue): number => {
  if (isSameValue(a, b)) return 0
  if (a.N !== undefined && b.N !== undefined) return compareNumbers(a.N, b.N)
  return Buffer.compare(bytesOf(a), bytesOf(b))
}

const bytesOf = (value: AttributeValue): Uint8Array => value.B ?? Buffer.from(value.S ?? '')
