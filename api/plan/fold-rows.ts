import { expressionFlaw } from './expression.ts'
import { type Item, itemBytes } from './item-size.ts'
import { maxItemBytes } from './limits.ts'
import { tooLarge } from './plan-row.ts'
import { isUnconditional, type PlannedWrite, type VersionGuard, type WriteAction } from './planned-write.ts'
import type { Flaw } from './row-result.ts'
import { compareVersions, isSameType } from './version-order.ts'

/** What becomes of the rows of one key: the writes in the order to send them, and the rows settled by that. */
export interface FoldedRows {
  readonly writes: readonly PlannedWrite[]
  readonly superseded: readonly number[]
  readonly flaws: ReadonlyArray<readonly [rowNumber: number, flaw: Flaw]>
}

/**
 * Folds the rows of one key, given in row order, into as few writes as have the same effect as all of them one
 * after another: in the order of their version when they name one, else in row order.
 */
export const foldRows = (rows: readonly PlannedWrite[]): FoldedRows => {
  const [first] = rows
  if (first === undefined || rows.length === 1) return { writes: rows, superseded: [], flaws: [] }
  const { version } = first
  const isVersioned =
    version !== undefined && rows.every((row) => row.version?.attribute === version.attribute)
  return isVersioned ? foldTypes(rows, version) : foldByRow(rows)
}

/** Versions of different types have no order: those of the first row's type go first. */
const foldTypes = (rows: readonly PlannedWrite[], { value }: VersionGuard): FoldedRows => {
  const { same = [], other = [] } = Object.groupBy(rows, ({ version }) =>
    version && isSameType(version.value, value) ? 'same' : 'other'
  )
  const folded = foldByVersion(same)
  const rest = foldRows(other)
  return {
    writes: [...folded.writes, ...rest.writes],
    superseded: [...folded.superseded, ...rest.superseded],
    flaws: rest.flaws
  }
}

const foldByVersion = (rows: readonly PlannedWrite[]): FoldedRows => {
  const ordered = rows.toSorted((a, b) =>
    a.version && b.version ? compareVersions(a.version.value, b.version.value) : 0
  )
  const onlyPuts = ordered.every(
    ({ action, rows: [row], condition }) =>
      action.kind === 'put' && row?.done === 'written' && condition === undefined
  )
  const writes: PlannedWrite[] = []
  const superseded: number[] = []
  for (const [n, write] of ordered.entries()) {
    const next = ordered[n + 1]
    const losesTie =
      next?.version && write.version && compareVersions(write.version.value, next.version.value) === 0
    if (next && (onlyPuts || losesTie)) superseded.push(...rowNumbers(write))
    else writes.push(write)
  }
  return { writes, superseded, flaws: [] }
}

const foldByRow = (rows: readonly PlannedWrite[]): FoldedRows => {
  let writes: PlannedWrite[] = []
  const superseded: number[] = []
  const flaws: Array<readonly [number, Flaw]> = []
  for (const write of rows) {
    const last = writes.at(-1)
    if (!isUnconditional(write)) writes.push(write)
    else if (write.action.kind !== 'update') {
      superseded.push(...writes.flatMap(rowNumbers))
      writes = [write]
    } else if (last === undefined || !isUnconditional(last)) writes.push(write)
    else {
      const merged = merge(last, write, write.action)
      if (merged === undefined) writes.push(write)
      else if (merged.bytes > maxItemBytes)
        flaws.push(...rowNumbers(write).map((rowNumber) => [rowNumber, tooLarge(merged.bytes)] as const))
      else writes[writes.length - 1] = merged
    }
  }
  return { writes, superseded, flaws }
}

/** The update on top of an unconditional write; undefined when one call cannot carry both. */
const merge = (
  base: PlannedWrite,
  update: PlannedWrite,
  { set, remove }: Extract<WriteAction, { kind: 'update' }>
): PlannedWrite | undefined => {
  const action = applied(base, set, remove)
  const content: Item =
    action.kind === 'put' ? action.item : action.kind === 'update' ? action.set : new Map()
  const merged: PlannedWrite = {
    ...update,
    action,
    rows: [...base.rows, ...update.rows],
    skipUnchanged: base.skipUnchanged && update.skipUnchanged,
    // What the update sets itself counts again, even where the row before had put its TTL or stamp.
    lookPast: base.lookPast.difference(new Set(set.keys())).difference(remove).union(update.lookPast),
    bytes: itemBytes(content) + (action.kind === 'put' ? 0 : itemBytes(base.key.attributes))
  }
  return action.kind === 'update' && (merged.bytes > maxItemBytes || expressionFlaw(merged))
    ? undefined
    : merged
}

const applied = ({ action, key }: PlannedWrite, set: Item, remove: ReadonlySet<string>): WriteAction => {
  if (action.kind === 'update')
    return {
      kind: 'update',
      set: new Map([...[...action.set].filter(([name]) => !remove.has(name)), ...set]),
      remove: new Set([...[...action.remove].filter((name) => !set.has(name)), ...remove])
    }
  // After a delete nothing is left but the key, so the update makes a new item.
  const item = new Map(action.kind === 'put' ? action.item : key.attributes)
  for (const name of remove) item.delete(name)
  for (const [name, value] of set) item.set(name, value)
  return { kind: 'put', item }
}

const rowNumbers = ({ rows }: PlannedWrite): number[] => rows.map(({ rowNumber }) => rowNumber)
