import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Item } from '../../api/plan/item-size.ts'
import type { PlannedWrite } from '../../api/plan/planned-write.ts'
import type { ReadPort, WritePort } from '../../api/write/write-port.ts'

/** An index of a billing table: the attributes of its key, and all that it holds. */
export interface BilledIndex {
  readonly keys: readonly string[]
  readonly holds: 'all' | readonly string[]
}

/**
 * A table in memory that bills as the developer guide says, in an arithmetic of its own: the code under test has no
 * part in it. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export const billingTable = (key: string, indexes: readonly BilledIndex[] = []) => {
  const items = new Map<string, Item>()
  let consumed = 0

  const apply = (write: PlannedWrite): number => {
    const before = items.get(write.key.text)
    const now = next(write, before)
    if (now) items.set(write.key.text, now)
    else items.delete(write.key.text)
    let units = kilobytes(Math.max(sizeOf(before), sizeOf(now)))
    for (const index of indexes) {
      const [old, entry] = [entryOf(before, index, key), entryOf(now, index, key)]
      const isMoved = old && entry && index.keys.some((name) => textOf(old, name) !== textOf(entry, name))
      if (old && entry && !isMoved)
        units += shown(old) === shown(entry) ? 0 : kilobytes(Math.max(sizeOf(old), sizeOf(entry)))
      else units += (old ? kilobytes(sizeOf(old)) : 0) + (entry ? kilobytes(sizeOf(entry)) : 0)
    }
    consumed += units
    return units
  }
  const port: WritePort & ReadPort = {
    async batch(_table, writes) {
      const units = writes.reduce((sum, write) => sum + apply(write), 0)
      return { kind: 'answered', outcomes: writes.map(() => 'taken'), units }
    },
    async single(_table, write) {
      return { kind: 'answered', outcomes: ['taken'], units: apply(write) }
    },
    async read(_table, keys) {
      const found = keys.flatMap(({ text }) => {
        const item = items.get(text)
        return item ? [[text, item] as const] : []
      })
      return { kind: 'answered', items: new Map(found), left: [], units: keys.length }
    }
  }
  return { port, items, consumed: () => consumed }
}

const next = ({ action, key }: PlannedWrite, before: Item | undefined): Item | undefined => {
  if (action.kind === 'put') return action.item
  if (action.kind === 'delete') return undefined
  const item = new Map([...key.attributes, ...(before ?? []), ...action.set])
  for (const name of action.remove) item.delete(name)
  return item
}

const entryOf = (item: Item | undefined, { keys, holds }: BilledIndex, key: string): Item | undefined =>
  item && keys.every((name) => item.has(name))
    ? new Map(
        [...item].filter(([name]) => holds === 'all' || name === key || [...keys, ...holds].includes(name))
      )
    : undefined

const textOf = (item: Item, name: string): string => JSON.stringify(item.get(name))
const shown = (item: Item): string => JSON.stringify([...item].toSorted(([a], [b]) => (a < b ? -1 : 1)))
const kilobytes = (bytes: number): number => Math.max(1, Math.ceil(bytes / 1024))
const sizeOf = (item: Item | undefined): number =>
  [...(item ?? [])].reduce((bytes, [name, value]) => bytes + Buffer.byteLength(name) + valueSize(value), 0)

const valueSize = ({ S, N, BOOL, NULL, B, L, M }: AttributeValue): number => {
  if (S !== undefined) return Buffer.byteLength(S)
  if (B !== undefined) return B.length
  if (BOOL !== undefined || NULL !== undefined) return 1
  if (N !== undefined) {
    const digits = N.replace(/[-.]/g, '').replace(/^0+|0+$/g, '')
    return 1 + Math.ceil(digits.length / 2) + (N.startsWith('-') ? 1 : 0)
  }
  if (L) return 3 + L.reduce((bytes, member) => bytes + 1 + valueSize(member), 0)
  return (
    3 +
    Object.entries(M ?? {}).reduce(
      (bytes, [name, member]) => bytes + 1 + Buffer.byteLength(name) + valueSize(member),
      0
    )
  )
}
