import { foldRows } from './fold-rows.ts'
import type { Key } from './key.ts'
import { rowPlanner } from './plan-any-row.ts'
import type { PlanContext } from './plan-context.ts'
import { isPlain, type PlannedWrite } from './planned-write.ts'
import { Flaw, type RowResult, rejected } from './row-result.ts'
import type { RowToPlan } from './row-to-plan.ts'
import type { TargetTable } from './target-table.ts'

/** The decision before any waiting: what to write, and every row that is already settled. */
export interface WritePlan {
  readonly settled: ReadonlyMap<number, RowResult>
  /** Puts and deletes that depend on nothing, one a key: BatchWriteItem carries them in any order. */
  readonly plain: readonly PlannedWrite[]
  /** Writes that need a call of their own, by key: those of one key go one after another. */
  readonly chains: ReadonlyArray<readonly PlannedWrite[]>
  /** Rows with option `trail`, each with its key, where it has one. */
  readonly trail: ReadonlyMap<number, Key | undefined>
}

/** One write a key, as a rule: only where there are more they make an array. */
type Rivals = PlannedWrite | PlannedWrite[]

/** Writes by key, in the order in which keys came first. */
class WritesByKey {
  readonly all: Rivals[] = []
  private readonly places = new Map<string, number>()

  add(write: PlannedWrite): void {
    const { all, places } = this
    const { text } = write.key
    const place = places.get(text)
    if (place === undefined) {
      places.set(text, all.length)
      all.push(write)
      return
    }
    const rivals = all[place] as Rivals
    if (Array.isArray(rivals)) rivals.push(write)
    else all[place] = [rivals, write]
  }
}

/**
 * Rows of one table → their writes. Bad rows are rejected first; only then is it decided which of several rows
 * with one key wins.
 *
 * @param wouldWrite is told each write that a dry run would make
 */
export const planWrites = (
  rows: readonly RowToPlan[],
  table: TargetTable,
  context: PlanContext,
  wouldWrite?: (write: PlannedWrite) => void
): WritePlan => {
  const settled = new Map<number, RowResult>()
  const wet = new WritesByKey()
  const dry = new WritesByKey()
  const trail = new Map<number, Key | undefined>()

  const plan = rowPlanner(table, context)
  // By index, as everywhere where rows go by one after another: until it is optimized `for of` makes an object a step.
  for (let n = 0; n < rows.length; n += 1) {
    const row = rows[n] as RowToPlan
    const write = plan(row)
    if (row.options.trail) trail.set(row.rowNumber, write instanceof Flaw ? undefined : write.key)
    if (write instanceof Flaw) {
      settled.set(row.rowNumber, rejected(write))
      continue
    }
    // A dry run writes nothing, so it must not win over a row that does.
    if (row.options.dryRun) dry.add(write)
    else wet.add(write)
  }

  /** Of several rows of one key. */
  const settle = (rivals: readonly PlannedWrite[]): readonly PlannedWrite[] => {
    const { writes, superseded, flaws } = foldRows(rivals)
    for (const rowNumber of superseded) settled.set(rowNumber, { status: 'superseded' })
    for (const [rowNumber, flaw] of flaws) settled.set(rowNumber, rejected(flaw))
    return writes
  }

  for (const rivals of dry.all)
    for (const write of Array.isArray(rivals) ? settle(rivals) : [rivals]) {
      wouldWrite?.(write)
      for (const { rowNumber } of write.rows) settled.set(rowNumber, { status: 'valid' })
    }

  const plain: PlannedWrite[] = []
  const chains: (readonly PlannedWrite[])[] = []
  const take = (write: PlannedWrite): void => {
    if (isPlain(write)) plain.push(write)
    else chains.push([write])
  }
  for (let n = 0; n < wet.all.length; n += 1) {
    const rivals = wet.all[n] as Rivals
    if (!Array.isArray(rivals)) {
      take(rivals)
      continue
    }
    const writes = settle(rivals)
    const [only] = writes
    if (only && writes.length === 1) take(only)
    else chains.push(writes)
  }
  return { settled, plain, chains, trail }
}
