import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { type Item, itemBytes } from './item-size.ts'
import { isSameValue } from './same-item.ts'
import type { TableIndex, TargetTable } from './target-table.ts'

/** Write units of one write: the table's, and those of its indexes together. */
export interface WriteCost {
  readonly table: number
  readonly indexes: number
}

/**
 * What a write of an item costs.
 *
 * The table counts each KB of the larger of the item before and after, a delete of nothing included. An index counts the
 * attributes that it holds: one write where an entry comes, goes or changes, two where its key changes, none where
 * nothing of it does.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
 */
export const writeCost = (
  before: Item | undefined,
  after: Item | undefined,
  { keys, indexes = [] }: TargetTable
): WriteCost => ({
  table: unitsOf(Math.max(before ? itemBytes(before) : 0, after ? itemBytes(after) : 0)),
  indexes: indexes.reduce((units, index) => {
    const names = keys.map(({ name }) => name)
    return units + entryCost(entryOf(before, index, names), entryOf(after, index, names), index)
  }, 0)
})

const unitsOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / 1024))

const entryCost = (before: Item | undefined, after: Item | undefined, { keys }: TableIndex): number => {
  const [old, now] = [before && unitsOf(itemBytes(before)), after && unitsOf(itemBytes(after))]
  if (old === undefined || now === undefined) return (old ?? 0) + (now ?? 0)
  const differs = (name: string): boolean => !isSame(before?.get(name), after?.get(name))
  if (keys.some(differs)) return old + now
  const names = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])
  return [...names].some(differs) ? Math.max(old, now) : 0
}

/** What an index holds of an item; undefined where the item lacks an attribute of its key. */
const entryOf = (
  item: Item | undefined,
  { keys, holds }: TableIndex,
  tableKeys: readonly string[]
): Item | undefined => {
  if (item === undefined || !keys.every((name) => item.has(name))) return undefined
  if (holds === 'all') return item
  const held = new Set([...tableKeys, ...keys, ...holds])
  return new Map([...item].filter(([name]) => held.has(name)))
}

const isSame = (a: AttributeValue | undefined, b: AttributeValue | undefined): boolean =>
  a === undefined || b === undefined ? a === b : isSameValue(a, b)
