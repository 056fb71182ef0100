import type { SchemaElement } from 'hyparquet'
import { JsonBytes } from '../json/json-bytes.ts'
import { JsonNumber, JsonObject, type JsonValue } from '../json/json-value.ts'
import { ChunkError } from './chunk-error.ts'
import { leafValue, type Stored } from './parquet-leaf.ts'
import { holdsRecords, isList, isText, type ParquetNode } from './parquet-schema.ts'

/** What hyparquet assembles for `rawParquet`: structs by alias, lists as arrays. */
export type Assembled =
  | Stored
  | null
  | undefined
  | readonly Assembled[]
  | { readonly [alias: string]: Assembled }

export type ToValue = (assembled: Assembled) => JsonValue

/** A column or a part of it, for messages: `address.zip`; and who hears of texts that are not UTF-8. */
export interface Place {
  readonly path: string
  readonly onBadText: (path: string) => void
}

/**
 * Makes values of one column or part: LIST becomes an array, MAP and STRUCT an object, NULL null.
 *
 * @throws ChunkError for a type that has no JSON form
 */
export const columnValue = (node: ParquetNode, place: Place): ToValue =>
  node.element.repetition_type === 'REPEATED' ? repeated(single(node, place)) : single(node, place)

/** A repeated field is a required list: none is the empty list. */
const repeated = (item: ToValue): ToValue => {
  const items = arrayOf(item)
  return (values) => items(values ?? [])
}

const single = (node: ParquetNode, place: Place): ToValue => {
  const { path, onBadText } = place
  const { converted_type: converted, logical_type: logical } = node.element
  if (node.children.length === 0) {
    const value = leafValue(node.element, path, onBadText)
    return (stored) => (stored === null || stored === undefined ? null : value(stored as Stored))
  }
  if (logical?.type === 'VARIANT')
    throw new ChunkError(`column ${path} is VARIANT: unload it as JSON text (TO_JSON), or as NDJSON`)
  const entries = node.children[0]
  if (entries !== undefined && node.children.length === 1 && entries.element.repetition_type === 'REPEATED') {
    if (isList(node.element)) return list(node.element, entries, place)
    if (
      (converted === 'MAP' || converted === 'MAP_KEY_VALUE' || logical?.type === 'MAP') &&
      entries.children[0]
    )
      return map(entries, place)
  }
  return struct(node, place)
}

const arrayOf =
  (item: ToValue): ToValue =>
  (values) =>
    (values as readonly Assembled[] | null | undefined)?.map(item) ?? null

/** hyparquet hands over the items themselves, except where the repeated group is a struct of its own. */
const list = (element: SchemaElement, entries: ParquetNode, place: Place): ToValue => {
  if (holdsRecords(element, entries)) {
    const items = columnValue(entries, place)
    return (wrapped) =>
      wrapped === null || wrapped === undefined ? null : items(memberOf(wrapped, entries.alias))
  }
  const [item] = entries.children
  return arrayOf(item === undefined ? single(entries, place) : columnValue(item, place))
}

const struct = (node: ParquetNode, place: Place): ToValue => {
  const members = node.children.map((child) => ({
    name: child.element.name,
    alias: child.alias,
    toValue: columnValue(child, { ...place, path: `${place.path}.${child.element.name}` })
  }))
  return (fields) => {
    if (fields === null || fields === undefined) return null
    const object = new JsonObject()
    for (const { name, alias, toValue } of members) object.add(name, toValue(memberOf(fields, alias)))
    return object
  }
}

const map = (entries: ParquetNode, place: Place): ToValue => {
  const [keyNode, valueNode] = entries.children
  if (keyNode === undefined || !namesAttributes(keyNode.element))
    throw new ChunkError(
      `column ${place.path} is a MAP whose keys are not text: cast them to VARCHAR in the unload`
    )
  const toKey = columnValue(keyNode, place)
  const toValue: ToValue = valueNode === undefined ? () => null : columnValue(valueNode, place)
  return (wrapped) => {
    const pairs = memberOf(wrapped, entries.alias)
    if (pairs === null || pairs === undefined) return null
    const object = new JsonObject()
    for (const pair of pairs as readonly Assembled[]) {
      const key = keyText(toKey(memberOf(pair, keyNode.alias)))
      object.add(key, valueNode === undefined ? null : toValue(memberOf(pair, valueNode.alias)))
    }
    return object
  }
}

const memberOf = (assembled: Assembled, alias: string): Assembled =>
  (assembled as { readonly [alias: string]: Assembled } | null | undefined)?.[alias]

/** DynamoDB's maps are named by text; whole numbers and decimals name by their digits. */
const namesAttributes = (element: SchemaElement): boolean =>
  isText(element) ||
  ['INT32', 'INT64'].includes(element.type ?? '') ||
  element.converted_type === 'DECIMAL' ||
  element.logical_type?.type === 'DECIMAL'

const keyText = (key: JsonValue): string => {
  if (typeof key === 'string') return key
  if (key instanceof JsonNumber) return key.text
  // Text that is not UTF-8: the row is unreadable anyway.
  return key instanceof JsonBytes ? Buffer.from(key.bytes).toString('base64') : ''
}
