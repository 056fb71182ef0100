import type { RowOptions } from './row-options.ts'
import { Flaw, named } from './row-result.ts'
import type { TargetTable } from './target-table.ts'

/** Option attributes that cannot be where the caller put them. */
export const misplacedOption = (
  { version, ttl, stamp, tombstone }: RowOptions,
  table: TargetTable
): Flaw | undefined => {
  const places = { version, ttl: ttl?.attribute, stamp, tombstone: tombstone?.attribute }
  for (const [option, name] of Object.entries(places)) {
    if (name !== undefined && table.keys.some((key) => key.name === name))
      return new Flaw('invalid_options', `option ${option} names the key attribute ${named(name)}`)
  }
  const taken = [places.version, places.ttl, places.stamp].filter((name) => name !== undefined)
  // A marker's TTL may be the item's own: a table has one TTL attribute.
  const isShared =
    new Set(taken).size < taken.length ||
    (places.tombstone !== undefined && [version, stamp].includes(places.tombstone))
  return isShared
    ? new Flaw('invalid_options', 'options version, ttl, stamp and tombstone need attributes of their own')
    : undefined
}
