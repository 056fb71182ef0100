import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { base64Text } from '../json/base64.ts'
import { setMember } from './attribute.ts'
import type { Item } from './item-size.ts'
import type { Key } from './key.ts'
import type { PlannedWrite } from './planned-write.ts'
import type { Wire } from './wire-span.ts'

export type { Wire } from './wire-span.ts'

/**
 * What stands in a request for a write: the item of a put, else the key. Made while the row was read, or printed
 * now: ask once for each request, and copy it into the request's own buffer.
 */
export const wireOf = ({ action, key }: Pick<PlannedWrite, 'action' | 'key'>): Wire =>
  action.kind === 'put' ? (action.wire ?? printed(action.item)) : keyWire(key)

/** The key as it stands in `Key` or `Keys` of a request. */
export const keyWire = (key: Key): Wire => printed(key.attributes)

const printed = (item: Item): Wire => {
  const buffer = Buffer.from(itemText(item))
  return { buffer, start: 0, end: buffer.length }
}

/** An item as DynamoDB's JSON, without spaces, attributes in their order. */
export const itemText = (item: Iterable<readonly [name: string, value: AttributeValue]>): string => {
  let text = ''
  for (const [name, value] of item) text += `,${JSON.stringify(name)}:${attributeText(value)}`
  return text === '' ? '{}' : `{${text.slice(1)}}`
}

/** One attribute value as DynamoDB's JSON: `{"S":"x"}`. */
export const attributeText = (value: AttributeValue): string => {
  if (value.S !== undefined) return `{"S":${JSON.stringify(value.S)}}`
  if (value.N !== undefined) return `{"N":"${value.N}"}`
  if (value.B !== undefined) return `{"B":"${base64Text(value.B)}"}`
  if (value.BOOL !== undefined) return `{"BOOL":${value.BOOL}}`
  if (value.NULL !== undefined) return '{"NULL":true}'
  if (value.SS) return `{"SS":${JSON.stringify(value.SS)}}`
  if (value.NS) return `{"NS":${JSON.stringify(value.NS)}}`
  if (value.BS) return `{"BS":${JSON.stringify(value.BS.map(base64Text))}}`
  if (value.L) return `{"L":[${value.L.map(attributeText).join()}]}`
  return `{"M":${itemText(Object.entries(value.M ?? {}))}}`
}

/** Text of an item in DynamoDB's JSON → the item. For text that this service or DynamoDB has made. */
export const parseItem = (text: string): Item =>
  new Map(
    Object.entries(JSON.parse(text) as Record<string, Sent>).map(([name, sent]) => [name, toValue(sent)])
  )

/** One attribute value in DynamoDB's JSON → the value. */
export const parseAttribute = (text: string): AttributeValue => toValue(JSON.parse(text) as Sent)

/** The item that a span holds. */
export const itemOfWire = ({ buffer, start, end }: Wire): Item =>
  parseItem(buffer.toString('utf8', start, end))

/** An attribute value as JSON carries it: bytes are base64 text. */
interface Sent {
  readonly B?: string
  readonly BS?: readonly string[]
  readonly L?: readonly Sent[]
  readonly M?: Readonly<Record<string, Sent>>
}

const toValue = (sent: Sent): AttributeValue => {
  if (sent.B !== undefined) return { B: new Uint8Array(Buffer.from(sent.B, 'base64')) }
  if (sent.BS) return { BS: sent.BS.map((text) => new Uint8Array(Buffer.from(text, 'base64'))) }
  if (sent.L) return { L: sent.L.map(toValue) }
  if (sent.M === undefined) return sent as AttributeValue
  const M: Record<string, AttributeValue> = {}
  for (const [name, member] of Object.entries(sent.M)) setMember(M, name, toValue(member))
  return { M }
}
