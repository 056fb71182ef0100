import type { Item } from './item-size.ts'
import type { PlannedWrite } from './planned-write.ts'

/** The item as a write leaves it. */
export const itemAfter = ({ action, key }: PlannedWrite, before: Item | undefined): Item | undefined => {
  if (action.kind === 'put') return action.item
  if (action.kind === 'delete') return undefined
  const item = new Map([...(before ?? []), ...key.attributes, ...action.set])
  for (const name of action.remove) item.delete(name)
  return item
}
