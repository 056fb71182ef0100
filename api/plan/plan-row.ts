import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { toAttribute } from './attribute.ts'
import { attributeName } from './attribute-name.ts'
import { expressionFlaw } from './expression.ts'
import { type Item, itemBytes } from './item-size.ts'
import type { JsonObject } from './json-value.ts'
import { keyFlaw, keyOf } from './key.ts'
import { fillKeyTemplate } from './key-template.ts'
import { maxItemBytes } from './limits.ts'
import { namedColumns } from './named-columns.ts'
import type { PlannedWrite, VersionGuard, WriteAction } from './planned-write.ts'
import type { RowOptions } from './row-options.ts'
import { Flaw, named } from './row-result.ts'
import type { TargetTable } from './target-table.ts'
import { type ReadJson, toTypedAttribute } from './typed-attribute.ts'

/** A row whose arguments are read: what to write, how, where. */
export interface RowToPlan {
  readonly rowNumber: number
  readonly item: JsonObject
  readonly options: RowOptions
}

/** What a plan may know beside its rows. */
export interface PlanContext {
  readonly nowMs: number
  /** Where the rows come from, for option `stamp`: query id, and batch id or run and chunk. */
  readonly origin: Readonly<Record<string, string>>
  readonly readJson: ReadJson
}

/** One row → its write, or the flaw for which it can never be written as it is. */
export const planRow = (
  { rowNumber, item, options, table }: RowToPlan & { readonly table: TargetTable },
  context: PlanContext
): PlannedWrite | Flaw => {
  const misplaced = misplacedOption(options, table)
  if (misplaced) return misplaced

  const needed = options.mode === 'delete' ? namesOfDelete(options, table) : undefined
  const made = attributesOf(item, options, table, needed, context)
  if (made instanceof Flaw) return made
  const key = keyOf(made.attributes, table, item.keys())
  if (key instanceof Flaw) return key
  const version = versionOf(made.attributes, options)
  if (version instanceof Flaw) return version

  const action = actionOf(made, key.attributes, version, options, context)
  const content = action.kind === 'put' ? action.item : action.kind === 'update' ? action.set : new Map()
  for (const indexKey of table.indexKeys) {
    const value = content.get(indexKey.name)
    const flaw = value && indexKeyFlaw(value, indexKey)
    if (flaw) return flaw
  }

  const bytes = itemBytes(content) + (action.kind === 'put' ? 0 : itemBytes(key.attributes))
  if (bytes > maxItemBytes) return tooLarge(bytes)
  const write: PlannedWrite = {
    key,
    action,
    rows: [{ rowNumber, done: options.mode === 'delete' ? 'deleted' : 'written' }],
    version,
    condition: options.condition,
    skipUnchanged: options.skipUnchanged,
    lookPast: new Set(
      [
        options.ttl?.attribute,
        options.stamp,
        options.mode === 'delete' && options.tombstone?.attribute
      ].filter((name) => typeof name === 'string')
    ),
    bytes
  }
  return expressionFlaw(write, bytes) ?? write
}

export const tooLarge = (bytes: number): Flaw =>
  new Flaw('item_too_large', `the item has at least ${bytes} bytes, DynamoDB holds ${maxItemBytes}`)

interface Attributes {
  readonly attributes: Map<string, AttributeValue>
  /** Names that an update takes away (option `nulls: 'remove'`). */
  readonly remove: Set<string>
}

const attributesOf = (
  item: JsonObject,
  options: RowOptions,
  table: TargetTable,
  needed: ReadonlySet<string> | undefined,
  { nowMs, origin, readJson }: PlanContext
): Attributes | Flaw => {
  const columns = namedColumns(item, options, needed)
  if (columns instanceof Flaw) return columns
  const attributes = new Map<string, AttributeValue>()
  const remove = new Set<string>()

  for (const [name, value] of columns) {
    if (options.keys.has(name)) continue
    if (value === null && options.nulls !== 'keep' && !table.keys.some((key) => key.name === name)) {
      if (options.nulls === 'remove' && options.mode === 'update') remove.add(name)
      continue
    }
    const type = options.types.get(name)
    const made =
      type === undefined || value === null
        ? toAttribute(value, name)
        : toTypedAttribute(value, type, name, readJson)
    if (made instanceof Flaw) return made
    attributes.set(name, made)
  }

  for (const [name, template] of options.keys) {
    if (needed && !needed.has(name)) continue
    const filled = fillKeyTemplate(template, item)
    if ('missing' in filled) return missingColumn(name, filled.missing, item)
    if ('unfit' in filled)
      return new Flaw('invalid_key', `option keys: column ${named(filled.unfit)} is not a plain value`)
    const made = toTypedAttribute(filled.text, options.types.get(name) ?? 'S', name, readJson)
    if (made instanceof Flaw) return made
    attributes.set(name, made)
  }

  if (options.mode === 'delete') return { attributes, remove }
  if (options.ttl) {
    attributes.set(options.ttl.attribute, expiry(options.ttl.days, nowMs))
    remove.delete(options.ttl.attribute)
  }
  if (options.stamp !== undefined) {
    const stamp = { ...origin, at: new Date(nowMs).toISOString() }
    attributes.set(options.stamp, {
      M: Object.fromEntries(Object.entries(stamp).map(([name, S]) => [name, { S }]))
    })
    remove.delete(options.stamp)
  }
  return { attributes, remove }
}

const actionOf = (
  { attributes, remove }: Attributes,
  key: Item,
  version: VersionGuard | undefined,
  { mode, tombstone }: RowOptions,
  { nowMs }: PlanContext
): WriteAction => {
  switch (mode) {
    case 'put':
      return { kind: 'put', item: attributes }
    case 'update':
      return { kind: 'update', set: new Map([...attributes].filter(([name]) => !key.has(name))), remove }
    case 'delete': {
      if (!tombstone || !version) return { kind: 'delete' }
      const marker = new Map(key)
      marker.set(version.attribute, version.value)
      marker.set(tombstone.attribute, expiry(tombstone.days, nowMs))
      return { kind: 'put', item: marker }
    }
    default:
      return mode satisfies never
  }
}

/** Option attributes that cannot be where the caller put them. */
const misplacedOption = (
  { version, ttl, stamp, tombstone }: RowOptions,
  table: TargetTable
): Flaw | undefined => {
  const places = { version, ttl: ttl?.attribute, stamp, tombstone: tombstone?.attribute }
  for (const [option, name] of Object.entries(places)) {
    if (name !== undefined && table.keys.some((key) => key.name === name))
      return new Flaw('invalid_options', `option ${option} names the key attribute ${named(name)}`)
  }
  const taken = [places.version, places.ttl, places.stamp].filter((name) => name !== undefined)
  const shared = new Set(taken).size < taken.length || (version !== undefined && version === places.tombstone)
  return shared
    ? new Flaw('invalid_options', 'options version, ttl, stamp and tombstone need attributes of their own')
    : undefined
}

const namesOfDelete = ({ version }: RowOptions, table: TargetTable): ReadonlySet<string> =>
  new Set([...table.keys.map((key) => key.name), ...(version === undefined ? [] : [version])])

const versionOf = (
  attributes: ReadonlyMap<string, AttributeValue>,
  { version }: RowOptions
): VersionGuard | undefined | Flaw => {
  if (version === undefined) return undefined
  const value = attributes.get(version)
  if (value && (value.N !== undefined || value.S !== undefined || value.B !== undefined))
    return { attribute: version, value }
  return new Flaw(
    'unsupported_value',
    `version ${named(version)} is ${value === undefined || value.NULL ? 'missing or NULL' : 'not a number or text'}`
  )
}

const indexKeyFlaw = (value: AttributeValue, indexKey: TargetTable['indexKeys'][number]): Flaw | undefined =>
  value.NULL === undefined
    ? keyFlaw(value, indexKey, 'index key')
    : new Flaw('key_type', `index key ${named(indexKey.name)} is NULL: use option nulls: 'omit'`)

const expiry = (days: number, nowMs: number): AttributeValue => ({
  N: String(Math.floor(nowMs / 1000) + Math.round(days * 86_400))
})

const missingColumn = (name: string, column: string, item: JsonObject): Flaw => {
  const missing = `key ${named(name)} is built from column ${named(column)}, which`
  if (item.has(column)) return new Flaw('missing_key', `${missing} is NULL`)
  for (const other of item.keys()) {
    if (attributeName(other, 'lower') === column.toLowerCase())
      return new Flaw('missing_key', `${missing} is missing; the row has ${named(other)}`)
  }
  return new Flaw('missing_key', `${missing} is missing`)
}
