import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { base64Bytes } from '../json/base64.ts'
import { JsonBytes } from '../json/json-bytes.ts'
import { JsonNumber, type JsonValue } from '../json/json-value.ts'
import { Flaw, named } from './row-result.ts'
import { toNumber, toText } from './scalar-attribute.ts'

/** Duplicates collapse: text as it is, numbers by value, bytes by content. */
export const toSet = (
  members: readonly JsonValue[],
  type: 'SS' | 'NS' | 'BS',
  name: string
): AttributeValue | Flaw => {
  const wrong = (wanted: string): Flaw =>
    new Flaw('unsupported_value', `attribute ${named(name)} is to be ${type}, whose members are ${wanted}`)
  if (members.length === 0)
    return new Flaw(
      'unsupported_value',
      `attribute ${named(name)} is an empty set, which DynamoDB does not hold`
    )

  if (type === 'BS') {
    const bytes = new Map<string, Uint8Array>()
    for (const member of members) {
      const content = bytesOf(member)
      if (content === undefined) return wrong('base64 text')
      bytes.set(Buffer.from(content).toString('base64'), content)
    }
    return { BS: [...bytes.values()] }
  }

  const texts = new Set<string>()
  for (const member of members) {
    const text = type === 'NS' && typeof member === 'boolean' ? undefined : textOf(member)
    if (text === undefined) return wrong(type === 'NS' ? 'numbers' : 'texts')
    const made = type === 'NS' ? toNumber(text, name) : toText(text, name)
    if (made instanceof Flaw) return made
    texts.add(made.N ?? made.S ?? '')
  }
  return type === 'NS' ? { NS: [...texts] } : { SS: [...texts] }
}

/** Text, a number or a boolean as text. */
export const textOf = (value: JsonValue): string | undefined => {
  if (typeof value === 'string') return value
  if (value instanceof JsonNumber) return value.text
  return typeof value === 'boolean' ? String(value) : undefined
}

/** Bytes, or what base64 text stands for. */
export const bytesOf = (value: JsonValue): Uint8Array | undefined => {
  if (value instanceof JsonBytes) return value.bytes
  return typeof value === 'string' ? base64Bytes(value) : undefined
}
