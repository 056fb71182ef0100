import type { Item } from './item-size.ts'
import type { PlannedWrite } from './planned-write.ts'
import type { RowResult } from './row-result.ts'
import { isSameItem, isSameValue } from './same-item.ts'
import { compareVersions, isSameType } from './version-order.ts'

/** Whether the table already holds what the write would leave, looking past TTL and stamp. */
export const holdsAlready = ({ action, rows, lookPast }: PlannedWrite, stored: Item | undefined): boolean => {
  switch (action.kind) {
    case 'put':
      if (stored === undefined || !isSameItem(action.item, stored, lookPast)) return false
      // The time in a tombstone does not count, but an item without any is not a tombstone.
      return (
        rows.every(({ done }) => done === 'written') || action.item.keys().every((name) => stored.has(name))
      )
    case 'delete':
      return stored === undefined
    case 'update': {
      if (stored === undefined) return false
      for (const name of action.remove) if (stored.has(name)) return false
      for (const [name, value] of action.set) {
        const held = stored.get(name)
        if (!lookPast.has(name) && (held === undefined || !isSameValue(held, value))) return false
      }
      return true
    }
    default:
      return action satisfies never
  }
}

/**
 * Why a conditional write was refused, judged by the item that stands in its way.
 *
 * @param maybeTaken an earlier attempt of this very write may have been taken: its answer was lost
 * @returns `taken` when the table holds what the row says, `again` when nothing stands in the way any more
 */
export const judge = (
  write: PlannedWrite,
  stored: Item | undefined,
  maybeTaken: boolean
): 'taken' | 'again' | RowResult => {
  const { version, condition } = write
  const held = version && stored?.get(version.attribute)
  if (version && held) {
    const isComparable = isSameType(held, version.value)
    const order = isComparable ? compareVersions(held, version.value) : 1
    if (order === 0 && holdsAlready(write, stored)) return 'taken'
    if (!isComparable)
      return {
        status: 'stale',
        message: `the stored ${version.attribute} is of another type than the one sent`
      }
    if (order >= 0) return { status: 'stale' }
  }
  if (condition === undefined) return 'again'
  return maybeTaken && holdsAlready(write, stored) ? 'taken' : { status: 'condition_failed' }
}
