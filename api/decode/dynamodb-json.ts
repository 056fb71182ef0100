import { base64Bytes } from '../json/base64.ts'
import { JsonBytes } from '../json/json-bytes.ts'
import { JsonSpan } from '../json/json-span.ts'
import { parseJson } from '../json/json-text.ts'
import { JsonDeep, JsonNumber, JsonObject, JsonSet, type JsonValue } from '../json/json-value.ts'
import { type ChunkRow, itemValue } from './chunk-row.ts'
import { keptText } from './kept-text.ts'

const number = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/

/** The value is not what DynamoDB's JSON has there. */
class NotTyped extends Error {}

/**
 * A line of an export of DynamoDB, `{"Item":{"id":{"S":"a"}}}`, of an incremental one (its `NewImage`), or a bare item
 * in DynamoDB's JSON → the item.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
 *
 * @returns why it is none, without values
 */
export const exportedItem = (line: JsonValue): JsonObject | { readonly problem: string } => {
  if (!(line instanceof JsonObject)) return { problem: 'the line is not an object' }
  const wrapped = line.get('Item') ?? line.get('NewImage')
  if (wrapped === undefined && line.has('Keys'))
    return {
      problem: 'the line is a deletion of an incremental export: load its keys with option mode: delete'
    }
  const item = wrapped instanceof JsonObject && !isTyped(wrapped) ? wrapped : line
  const made = new JsonObject()
  for (const [name, value] of [...(item.earlier ?? []), ...item]) {
    try {
      made.add(name, untyped(value))
    } catch (error) {
      if (error instanceof NotTyped) return { problem: `attribute ${name} is not in DynamoDB's JSON` }
      throw error
    }
  }
  return made
}

/** Rows of a chunk in DynamoDB's JSON, of lines that were read as JSON. */
export const exportedRow = (row: ChunkRow): ChunkRow => {
  if (!('item' in row)) return row
  const made = exportedItem(itemValue(row.item))
  if (made instanceof JsonObject) return { rowNumber: row.rowNumber, item: made }
  const line = row.item instanceof JsonSpan ? row.item.text() : ''
  const { text, note } = keptText(Buffer.from(line))
  return { rowNumber: row.rowNumber, unreadable: `${made.problem}${note}`, text }
}

/** A line that only an export of DynamoDB has: one member `Item`, whose members are typed each. */
export const isExported = (line: JsonValue): boolean => {
  const item = line instanceof JsonObject && line.size === 1 ? line.get('Item') : undefined
  return item instanceof JsonObject && item.size > 0 && [...item.values()].every(isTyped)
}

const types = new Set(['S', 'N', 'B', 'BOOL', 'NULL', 'L', 'M', 'SS', 'NS', 'BS'])
const isTyped = (value: JsonValue): boolean =>
  value instanceof JsonObject && value.size === 1 && types.has([...value.keys()][0] ?? '')

const untyped = (sent: JsonValue): JsonValue => {
  const value = sent instanceof JsonDeep ? parseJson(sent.text) : sent
  if (!(value instanceof JsonObject) || value.size !== 1 || value.repeated !== undefined) throw new NotTyped()
  const [[type, content] = ['', null] as const] = value
  const list = Array.isArray(content) ? (content as readonly JsonValue[]) : undefined
  switch (type) {
    case 'S':
    case 'N':
    case 'B':
      return scalar(type, content)
    case 'BOOL':
      if (typeof content === 'boolean') return content
      break
    case 'NULL':
      if (content === true) return null
      break
    case 'L':
      if (list) return list.map(untyped)
      break
    case 'M':
      if (content instanceof JsonObject) return untypedMembers(content)
      if (content instanceof JsonDeep) return untyped(objectOf('M', parseJson(content.text)))
      break
    case 'SS':
    case 'NS':
    case 'BS':
      if (list)
        return new JsonSet(
          type,
          list.map((member) => scalar(type === 'SS' ? 'S' : type === 'NS' ? 'N' : 'B', member))
        )
      break
  }
  throw new NotTyped()
}

const objectOf = (name: string, value: JsonValue): JsonObject => {
  const object = new JsonObject()
  object.set(name, value)
  return object
}

const untypedMembers = (sent: JsonObject): JsonObject => {
  const made = new JsonObject()
  for (const [name, value] of [...(sent.earlier ?? []), ...sent]) made.add(name, untyped(value))
  return made
}

const scalar = (type: 'S' | 'N' | 'B', content: JsonValue): JsonValue => {
  if (typeof content !== 'string') throw new NotTyped()
  if (type === 'S') return content
  if (type === 'N') {
    if (!number.test(content)) throw new NotTyped()
    return new JsonNumber(content)
  }
  const bytes = base64Bytes(content)
  if (bytes === undefined) throw new NotTyped()
  return new JsonBytes(bytes)
}
