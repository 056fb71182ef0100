import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { base64Text } from '../json/base64.ts'
import { canonicalNumber } from './decimal.ts'
import type { Item } from './item-size.ts'

/** Whether two items hold the same, numbers and sets compared by value, looking past the named attributes. */
export const isSameItem = (a: Item, b: Item, lookPast: ReadonlySet<string>): boolean => {
  for (const name of a.keys()) if (!lookPast.has(name) && !b.has(name)) return false
  for (const [name, value] of b) {
    if (lookPast.has(name)) continue
    const other = a.get(name)
    if (other === undefined || !isSameValue(other, value)) return false
  }
  return true
}

/** Whether two values are equal for DynamoDB: 1 and 1.0 are, sets are in any order. */
export const isSameValue = (a: AttributeValue, b: AttributeValue): boolean => valueText(a) === valueText(b)

/** Equal values, equal text. */
export const valueText = (value: AttributeValue): string => {
  if (value.S !== undefined) return `S${JSON.stringify(value.S)}`
  if (value.N !== undefined) return `N${numberText(value.N)}`
  if (value.B !== undefined) return `B${base64Text(value.B)}`
  if (value.BOOL !== undefined) return `O${value.BOOL}`
  if (value.NULL !== undefined) return 'U'
  if (value.SS) return `SS${JSON.stringify(value.SS.toSorted())}`
  if (value.NS) return `NS${value.NS.map(numberText).toSorted().join()}`
  if (value.BS) return `BS${value.BS.map(base64Text).toSorted().join()}`
  if (value.L) return `L[${value.L.map(valueText).join()}]`
  const members = Object.entries(value.M ?? {}).map(
    ([name, member]) => `${JSON.stringify(name)}:${valueText(member)}`
  )
  return `M{${members.toSorted().join()}}`
}

const numberText = (text: string): string => {
  const digits = canonicalNumber(text)
  return typeof digits === 'string' ? digits : text
}
