import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { objectOf } from '../json/json-span.ts'
import { expiry } from './expiry.ts'
import { expressionFlaw } from './expression.ts'
import { type Item, itemBytes } from './item-size.ts'
import { keyFlaw, keyOf } from './key.ts'
import { maxItemBytes } from './limits.ts'
import { misplacedOption } from './misplaced-option.ts'
import type { PlanContext } from './plan-context.ts'
import type { PlannedWrite, VersionGuard, WriteAction } from './planned-write.ts'
import { type RowAttributes, rowAttributes } from './row-attributes.ts'
import type { RowOptions } from './row-options.ts'
import { Flaw, named } from './row-result.ts'
import type { UnplannedRow } from './row-to-plan.ts'
import type { TargetTable } from './target-table.ts'

/** One row → its write, or the flaw for which it can never be written as it is. */
export const planRow = (
  { rowNumber, item: sent, options, table }: UnplannedRow & { readonly table: TargetTable },
  context: PlanContext
): PlannedWrite | Flaw => {
  const misplaced = misplacedOption(options, table)
  if (misplaced) return misplaced
  const item = objectOf(sent)

  const needed = options.mode === 'delete' ? namesOfDelete(options, table) : undefined
  const made = rowAttributes(item, { options, table, context, needed })
  if (made instanceof Flaw) return made
  const key = keyOf(made.attributes, table, item.keys())
  if (key instanceof Flaw) return key
  const version = versionOf(made.attributes, options)
  if (version instanceof Flaw) return version

  const action = actionOf(made, { key: key.attributes, version }, options, context)
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
  return expressionFlaw(write) ?? write
}

export const tooLarge = (bytes: number): Flaw =>
  new Flaw('item_too_large', `the item has ${bytes} bytes, DynamoDB holds ${maxItemBytes}`)

const actionOf = (
  { attributes, remove }: RowAttributes,
  { key, version }: { readonly key: Item; readonly version: VersionGuard | undefined },
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
