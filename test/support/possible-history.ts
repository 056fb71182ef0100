import type { RowResult } from '../../api/plan/row-result.ts'

/** An item of the model: attribute names and their values as text. */
export type ModelItem = ReadonlyMap<string, string>

/** A row as it was sent, in the words of the model. */
export interface ModelRow {
  readonly mode: 'put' | 'update' | 'delete'
  /** The attributes that it carries, key and version included. */
  readonly item: ModelItem
  readonly version?: { readonly attribute: string; readonly value: number }
  /** A versioned delete leaves its key, its version and this attribute. */
  readonly tombstone?: string
  readonly condition?: 'absent' | 'present'
  readonly isDry?: boolean
}

/** What an item may be. */
export type PossibleItems = ReadonlyArray<ModelItem | undefined>

/**
 * Replays the answers for the rows of one key, given in row order, on what the table held before: which items
 * can it hold now? An answer that cannot be true in any of the possible histories is thrown as an error.
 *
 * `unprocessed` may or may not have been applied; every other answer says exactly what happened.
 */
export const possibleItems = (
  before: ModelItem | undefined,
  key: ModelItem,
  answered: ReadonlyArray<readonly [row: ModelRow, result: RowResult]>
): PossibleItems => {
  const isVersioned = answered.every(([{ version }]) => version !== undefined)
  const inOrder = answered.filter(([{ isDry }]) => !isDry)
  if (isVersioned) inOrder.sort(([a], [b]) => (a.version?.value ?? 0) - (b.version?.value ?? 0))
  let possible: PossibleItems = [before]
  for (const [n, [row, result]] of inOrder.entries()) {
    const hasWinner = inOrder.slice(n + 1).some(([, later]) => later.status !== 'superseded')
    const next = possible.flatMap((item) => afterAnswer(row, result, item, key, hasWinner))
    if (next.length === 0)
      throw new Error(
        `${result.status} cannot be true: ${inspect({ row, result, possible: possible.map(show) })}`
      )
    possible = [...new Map(next.map((item) => [show(item), item])).values()]
  }
  return possible
}

/** One text for equal items. */
export const show = (item: ModelItem | undefined): string =>
  item === undefined ? 'nothing' : JSON.stringify([...item].toSorted(([a], [b]) => (a < b ? -1 : 1)))

const afterAnswer = (
  row: ModelRow,
  result: RowResult,
  item: ModelItem | undefined,
  key: ModelItem,
  hasWinner: boolean
): Array<ModelItem | undefined> => {
  const done = applied(row, item, key)
  const isUnchanged = show(done) === show(item)
  const isNewer = guardHolds(row, item)
  const isMet = row.condition === undefined || (row.condition === 'present') === (item !== undefined)
  switch (result.status) {
    case 'written':
    case 'deleted':
      if ((result.status === 'deleted') !== (row.mode === 'delete')) return []
      return (isNewer && isMet) || isUnchanged ? [done] : []
    case 'unprocessed':
      return isNewer && isMet ? [item, done] : [item]
    case 'superseded':
      return hasWinner ? [item] : []
    case 'stale':
      return isNewer ? [] : [item]
    case 'condition_failed':
      return isMet ? [] : [item]
    case 'unchanged':
      return isUnchanged ? [item] : []
    case 'rejected':
    case 'valid':
      return []
    default:
      return result satisfies never
  }
}

const applied = (
  { mode, item: sent, tombstone, version }: ModelRow,
  item: ModelItem | undefined,
  key: ModelItem
): ModelItem | undefined => {
  if (mode === 'put') return sent
  if (mode === 'update') return new Map([...(item ?? key), ...sent])
  if (tombstone === undefined || version === undefined) return undefined
  return new Map([...key, [version.attribute, sent.get(version.attribute) ?? ''], [tombstone, 'N?']])
}

const guardHolds = ({ version }: ModelRow, item: ModelItem | undefined): boolean => {
  const held = version && item?.get(version.attribute)
  return held === undefined || (held.startsWith('N') && Number(held.slice(1)) < (version?.value ?? 0))
}

const inspect = (value: unknown): string =>
  JSON.stringify(value, (_, each) => (each instanceof Map ? Object.fromEntries(each) : each))
