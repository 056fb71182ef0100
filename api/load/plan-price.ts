import { itemAfter } from '../plan/item-after.ts'
import { type Item, itemBytes } from '../plan/item-size.ts'
import { holdsAlready } from '../plan/judge.ts'
import type { Key } from '../plan/key.ts'
import { maxKeysPerRead } from '../plan/limits.ts'
import type { PlannedWrite } from '../plan/planned-write.ts'
import type { TargetTable } from '../plan/target-table.ts'
import { writeCost } from '../plan/write-cost.ts'
import type { LoadDeps } from './load-deps.ts'
import type { Sample } from './plan-sample.ts'

/** What a run costs, by its sample. */
export interface Priced {
  readonly bytes: number
  readonly tableUnits: number
  readonly indexUnits: number
  /** To read each of the items first, as `skip_unchanged` does. */
  readonly readUnits: number
  /** Of the units, those of items that the table holds already. */
  readonly unchangedShare: number
}

/** Items of the table that are looked up: what a write costs depends on what is there. */
const mostLookedUp = 1_000
/** … and no more than these bytes of them are held. */
const mostStoredBytes = 32 * 1024 * 1024

/**
 * Prices writes: some by what the table holds now, and the others by what those were dearer or cheaper than on an empty
 * table. Reading costs up to 1,000 items.
 */
export const priceSample = async (
  { writer }: Pick<LoadDeps, 'writer'>,
  table: TargetTable,
  { files }: Sample,
  deadline: AbortSignal
): Promise<Priced> => {
  const writes = files.flatMap(({ weight, writes }) => writes.map((write): Weighed => ({ write, weight })))
  const step = Math.max(1, writes.length / mostLookedUp)
  const asked = [
    ...new Map(
      Array.from({ length: Math.min(writes.length, mostLookedUp) }, (_, n) => writes[Math.floor(n * step)])
        .filter((weighed) => weighed !== undefined)
        .map((weighed) => [weighed.write.key.text, weighed])
    ).values()
  ]
  const keys = asked.map(({ write }) => write.key)
  const stored = await storedItems({ writer }, table, keys, deadline)
  const known = asked.filter(({ write: { key } }) => stored.has(key.text))
  const onEmpty = (write: PlannedWrite) => writeCost(undefined, itemAfter(write, undefined), table)
  const naive = sumOf(known, onEmpty)
  const onStored = (write: PlannedWrite) => costOf(write, stored.get(write.key.text), table)
  const real = sumOf(known, onStored)
  const spared = sumOf(
    known.filter(({ write }) => holdsAlready(write, stored.get(write.key.text))),
    onStored
  )
  const readUnits = known.reduce(
    (units, { write, weight }) => units + weight * readCost(stored.get(write.key.text)),
    0
  )

  const all = sumOf(writes, oneAfterAnother(table))
  const weight = weightOf(known)
  const share = weight > 0 ? weightOf(writes) / weight : 0
  // Where no item has an index entry of its own, the entries that go are all there is.
  const scaled = (sum: number, naiveOfKnown: number, realOfKnown: number): number =>
    naiveOfKnown > 0 ? (sum * realOfKnown) / naiveOfKnown : sum + realOfKnown * share
  return {
    bytes: writes.reduce(
      (bytes, { write, weight }) => bytes + weight * itemBytes(itemAfter(write, undefined) ?? new Map()),
      0
    ),
    tableUnits: scaled(all.table, naive.table, real.table),
    indexUnits: scaled(all.indexes, naive.indexes, real.indexes),
    readUnits: readUnits * share,
    unchangedShare: (spared.table + spared.indexes) / Math.max(1, real.table + real.indexes)
  }
}

/** A write, and how many rows of the run it stands for. */
interface Weighed {
  readonly write: PlannedWrite
  readonly weight: number
}

const weightOf = (writes: readonly Weighed[]): number => writes.reduce((sum, { weight }) => sum + weight, 0)

interface Cost {
  readonly table: number
  readonly indexes: number
}

const sumOf = (writes: readonly Weighed[], costOfOne: (write: PlannedWrite) => Cost): Cost => {
  const sum = { table: 0, indexes: 0 }
  for (const { write, weight } of writes) {
    const { table, indexes } = costOfOne(write)
    sum.table += weight * table
    sum.indexes += weight * indexes
  }
  return sum
}

/** Writes of one key that the loader does not fold, as they find a table that was empty. */
const oneAfterAnother = (table: TargetTable) => {
  const items = new Map<string, Item | undefined>()
  return (write: PlannedWrite): Cost => {
    const before = items.get(write.key.text)
    const after = itemAfter(write, before)
    items.set(write.key.text, after)
    return writeCost(before, after, table)
  }
}

const costOf = (write: PlannedWrite, before: Item | undefined, table: TargetTable) =>
  writeCost(before, itemAfter(write, before), table)

/** A strongly consistent read counts each 4 KB, and one for nothing. */
const readCost = (item: Item | undefined): number =>
  Math.max(1, Math.ceil((item ? itemBytes(item) : 0) / 4096))

/** What the table holds of the writes' keys; keys that were not read are left out. */
const storedItems = async (
  { writer }: Pick<LoadDeps, 'writer'>,
  table: TargetTable,
  wanted: readonly Key[],
  deadline: AbortSignal
): Promise<ReadonlyMap<string, Item | undefined>> => {
  const found = new Map<string, Item | undefined>()
  let bytes = 0
  for (let from = 0; from < wanted.length && bytes < mostStoredBytes; from += maxKeysPerRead) {
    if (deadline.aborted) break
    const keys = wanted.slice(from, from + maxKeysPerRead)
    const answer = await writer.port.read(table.name, keys, deadline)
    if (answer.kind !== 'answered') break
    const left = new Set(answer.left.map(({ text }) => text))
    for (const { text } of keys) {
      if (left.has(text)) continue
      const item = answer.items.get(text)
      found.set(text, item)
      bytes += item ? itemBytes(item) : 0
    }
  }
  return found
}
