import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { base64Text } from '../json/base64.ts'
import { canonicalNumber } from '../plan/decimal.ts'
import type { Item } from '../plan/item-size.ts'

/** An item as JSON text: numbers with all their digits, binary as base64, sets as arrays. */
export const itemJson = (item: Item): string => membersJson(item)

const membersJson = (members: Iterable<readonly [string, AttributeValue]>): string => {
  const texts: string[] = []
  for (const [name, value] of members) texts.push(`${JSON.stringify(name)}:${valueJson(value)}`)
  return `{${texts.join()}}`
}

const valueJson = (value: AttributeValue): string => {
  if (value.S !== undefined) return JSON.stringify(value.S)
  if (value.N !== undefined) return numberJson(value.N)
  if (value.BOOL !== undefined) return String(value.BOOL)
  if (value.B !== undefined) return JSON.stringify(base64Text(value.B))
  if (value.SS) return JSON.stringify(value.SS)
  if (value.NS) return `[${value.NS.map(numberJson).join()}]`
  if (value.BS) return JSON.stringify(value.BS.map(base64Text))
  if (value.L) return `[${value.L.map(valueJson).join()}]`
  if (value.M) return membersJson(Object.entries(value.M))
  return 'null'
}

/** DynamoDB's own text may not be JSON (`+5`), so its one canonical text is used. */
const numberJson = (text: string): string => {
  const digits = canonicalNumber(text)
  return typeof digits === 'string' ? digits : JSON.stringify(text)
}
