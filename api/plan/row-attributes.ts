import type { JsonObject, JsonValue } from '../json/json-value.ts'
import { type AttributeValue, toAttribute } from './attribute.ts'
import { attributeName } from './attribute-name.ts'
import { meantByText } from './cell-text.ts'
import { expiry } from './expiry.ts'
import { fillKeyTemplate } from './key-template.ts'
import { namedColumns } from './named-columns.ts'
import { finiteMembers, type NonFinite, nonFiniteAs, nonFiniteName, withoutNonFinite } from './non-finite.ts'
import type { PlanContext } from './plan-context.ts'
import type { RowOptions } from './row-options.ts'
import { Flaw, named } from './row-result.ts'
import type { KeyType, TargetTable } from './target-table.ts'
import { type AttributeType, type ReadJson, toTypedAttribute } from './typed-attribute.ts'

/** A row's columns as DynamoDB will hold them. */
export interface RowAttributes {
  readonly attributes: Map<string, AttributeValue>
  /** Names that an update takes away (option `nulls: 'remove'`); a put leaves them out anyway. */
  readonly remove: Set<string>
}

/** A row's columns as attributes: named, typed, NULLs treated, keys built, TTL and stamp added. */
export const rowAttributes = (
  item: JsonObject,
  { options, table, context, needed }: RowTerms
): RowAttributes | Flaw => {
  const { readJson, isUntyped } = context
  const columns = namedColumns(item, options, needed)
  if (columns instanceof Flaw) return columns
  const attributes = new Map<string, AttributeValue>()
  const remove = new Set<string>()

  for (const [name, sent] of columns) {
    if (options.keys.has(name)) continue
    const value = withoutNonFinite(sent, options.nonFinite)
    if (value === undefined) continue
    if (value === null && options.nulls !== 'keep' && !table.keys.some((key) => key.name === name)) {
      if (options.nulls === 'remove') remove.add(name)
      continue
    }
    const made = columnAttribute(name, value, { options, table, context })
    if (made instanceof Flaw) return made
    if (made !== undefined) attributes.set(name, made)
  }

  // A template takes columns as the option `non_finite` leaves them.
  const row =
    options.keys.size > 0 && options.nonFinite !== 'reject' ? finiteMembers(item, options.nonFinite) : item
  for (const [name, template] of options.keys) {
    if (needed && !needed.has(name)) continue
    const filled = fillKeyTemplate(template, row)
    if ('missing' in filled) return missingColumn(name, filled.missing, row)
    if ('unfit' in filled)
      return new Flaw('invalid_key', `option keys: column ${named(filled.unfit)} is not a plain value`)
    const type = options.types.get(name)
    const ofKey = type === undefined && isUntyped ? keyType(table, name) : undefined
    const made =
      ofKey === undefined
        ? toTypedAttribute(filled.text, type ?? 'S', name, readJson)
        : untypedKey(filled.text, ofKey, name, readJson)
    if (made instanceof Flaw) return made
    attributes.set(name, made)
  }

  if (options.mode === 'delete') return { attributes, remove }
  for (const [name, value] of addedAttributes(options, context)) {
    attributes.set(name, value)
    remove.delete(name)
  }
  return { attributes, remove }
}

/** What a put or an update gets beside its columns: TTL and stamp. */
export const addedAttributes = (
  { ttl, stamp }: RowOptions,
  { nowMs, origin }: PlanContext
): ReadonlyMap<string, AttributeValue> => {
  const added = new Map<string, AttributeValue>()
  if (ttl) added.set(ttl.attribute, expiry(ttl.days, nowMs))
  if (stamp !== undefined) {
    const members = Object.entries({ ...origin, at: new Date(nowMs).toISOString() })
    added.set(stamp, { M: Object.fromEntries(members.map(([name, S]) => [name, { S }])) })
  }
  return added
}

/** What decides over a column beside its value. */
export interface ColumnTerms {
  readonly options: RowOptions
  readonly table: TargetTable
  readonly context: PlanContext
}

interface RowTerms extends ColumnTerms {
  /** The only attributes that matter, or undefined for all: a delete looks at its key only. */
  readonly needed: ReadonlySet<string> | undefined
}

/** A column's value as its attribute; undefined when option `non_finite` leaves it out. */
export const columnAttribute = (
  name: string,
  sent: JsonValue,
  { options, table, context }: ColumnTerms
): AttributeValue | Flaw | undefined => {
  if (sent === null) return toAttribute(sent, name)
  const { types, nonFinite } = options
  const { readJson, isUntyped } = context
  const type = types.get(name)
  const ofKey = type === undefined && isUntyped ? keyType(table, name) : undefined
  const value = meantByText(sent, type ?? ofKey, name, context)
  if (value instanceof Flaw) return ofKey === undefined ? value : new Flaw('key_type', value.message)
  if (ofKey !== undefined) return untypedKey(value, ofKey, name, readJson)
  return type === undefined
    ? toAttribute(value, name)
    : typedColumn(value, type, name, { nonFinite, readJson })
}

/** A column that option `types` names; undefined when `non_finite` leaves it out. JSON in its text may hold NaN, too. */
const typedColumn = (
  value: JsonValue,
  type: AttributeType,
  name: string,
  { nonFinite: choice, readJson }: { readonly nonFinite: NonFinite; readonly readJson: ReadJson }
): AttributeValue | Flaw | undefined => {
  if (choice === 'reject') return toTypedAttribute(value, type, name, readJson)
  // A cell of type N says NaN in letters; the text that may stand for it stays text.
  const said = type === 'N' && typeof value === 'string' ? nonFiniteName(value) : undefined
  if (said !== undefined) {
    const made = nonFiniteAs(said, choice)
    return made === undefined ? undefined : toAttribute(made, name)
  }
  return toTypedAttribute(value, type, name, (text) => {
    const read = readJson(text)
    return read === undefined ? undefined : withoutNonFinite(read, choice)
  })
}

/** A key in a CSV chunk is text that takes the table's type, or cannot. */
const untypedKey = (
  value: JsonValue,
  type: KeyType,
  name: string,
  readJson: ReadJson
): AttributeValue | Flaw => {
  if (value === '')
    return new Flaw('invalid_key', `key ${named(name)} is empty, which DynamoDB does not hold`)
  const made = toTypedAttribute(value, type, name, readJson)
  const isOther = made instanceof Flaw && made.code === 'unsupported_value' && type !== 'S'
  const wanted = type === 'N' ? 'a number' : 'base64 text'
  return isOther
    ? new Flaw('key_type', `key ${named(name)} is ${type} in the table, and its cell is not ${wanted}`)
    : made
}

const keyType = (table: TargetTable, name: string): KeyType | undefined =>
  table.keys.find((key) => key.name === name)?.type

const missingColumn = (name: string, column: string, item: JsonObject): Flaw => {
  const missing = `key ${named(name)} is built from column ${named(column)}, which`
  if (item.has(column)) return new Flaw('missing_key', `${missing} is NULL`)
  for (const other of item.keys()) {
    if (attributeName(other, 'lower') === column.toLowerCase())
      return new Flaw('missing_key', `${missing} is missing; the row has ${named(other)}`)
  }
  return new Flaw('missing_key', `${missing} is missing`)
}
