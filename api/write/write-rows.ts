import type { PlanContext } from '../plan/plan-context.ts'
import { planRow, type RowToPlan } from '../plan/plan-row.ts'
import { planWrites, type WritePlan } from '../plan/plan-writes.ts'
import type { PlannedWrite } from '../plan/planned-write.ts'
import { Flaw, type RowResult, rejected } from '../plan/row-result.ts'
import type { TargetTable } from '../plan/target-table.ts'
import type { Clock } from '../runtime/clock.ts'
import { backoffPace, type Pace } from './pace.ts'
import { openSettlement, type Settlement, type WriteCounts } from './settlement.ts'
import { tableDoubt } from './table-doubt.ts'
import { compareLookup, type TableSchemas } from './table-schemas.ts'
import { writePlan } from './write-plan.ts'
import type { ReadPort, WritePort } from './write-port.ts'

export interface Writer {
  readonly port: WritePort & ReadPort
  readonly schemas: TableSchemas
  readonly clock: Clock
}

const mostPlans = 3

/**
 * Rows of one table → one result a row: plan, write, and plan again when the table proves to be another than
 * the one remembered.
 *
 * @returns exactly one result for each row; rows that ran out of time are `unprocessed`
 */
export const writeRows = async (
  tableName: string,
  rows: readonly RowToPlan[],
  context: PlanContext,
  counts: WriteCounts,
  { port, schemas, clock }: Writer,
  deadline: AbortSignal,
  paceFor: (table: TargetTable) => Pace = () => backoffPace(clock)
): Promise<ReadonlyMap<number, RowResult>> => {
  const results = new Map<number, RowResult>()
  const settleAll = (open: readonly RowToPlan[], result: RowResult): void => {
    for (const { rowNumber } of open) results.set(rowNumber, result)
  }
  let pace: Pace | undefined
  let open = rows
  let lookup = await schemas.find(tableName, deadline)

  for (let plans = 1; open.length > 0; plans += 1) {
    if (lookup.kind === 'unknown') {
      settleAll(
        open,
        rejected(new Flaw('unknown_table', 'no such table: create it, or check its name and Region'))
      )
      break
    }
    if (lookup.kind === 'unavailable' || plans > mostPlans) {
      if (lookup.kind === 'unavailable' && lookup.isDenied) counts.denied = lookup.reason
      const reason = lookup.kind === 'unavailable' ? lookup.reason : "the table's key schema keeps changing"
      settleAll(open, { status: 'unprocessed', attempts: 0, message: `${reason}; send the row again` })
      break
    }
    const { table, isFresh, ageMs = 0 } = lookup
    const plan = planWrites(open, table, context)
    if (!isFresh && isDoubtful(plan, ageMs)) {
      const again = await schemas.lookAgain(tableName, deadline)
      if (compareLookup(table, again) !== 'same') {
        lookup = again
        continue
      }
    }

    const doubt = tableDoubt(async (signal) => {
      const again = await schemas.lookAgain(tableName, signal)
      const check = compareLookup(table, again)
      if (check !== 'same') lookup = again
      return check
    })
    const settlement = openSettlement(counts)
    settlement.lost(maybeTaken(plan, open))
    pace ??= paceFor(table)
    await writePlan(tableName, plan, { port, pace, clock, settlement, doubt }, deadline)
    for (const [rowNumber, result] of settlement.results) results.set(rowNumber, result)
    const isReplanned = doubt.verdict() === 'changed' || doubt.verdict() === 'gone'
    const decided = isReplanned ? lostToSettled(plan, settlement, open, table, context) : plan.settled
    for (const [rowNumber, result] of decided) results.set(rowNumber, result)
    open = isReplanned ? open.filter(({ rowNumber }) => !results.has(rowNumber)) : []
  }
  return results
}

/** Writes of rows that an earlier attempt may have brought into the table. */
const maybeTaken = ({ plain, chains }: WritePlan, rows: readonly RowToPlan[]): PlannedWrite[] => {
  const lost = new Set(rows.filter((row) => row.isMaybeTaken).map(({ rowNumber }) => rowNumber))
  return lost.size === 0
    ? []
    : [...plain, ...chains.flat()].filter((write) => write.rows.some(({ rowNumber }) => lost.has(rowNumber)))
}

/** Decisions that a key schema made fall with it, except that a row lost to one that has already been sent. */
const lostToSettled = (
  { plain, chains, settled }: WritePlan,
  settlement: Settlement,
  rows: readonly RowToPlan[],
  table: TargetTable,
  context: PlanContext
): Array<readonly [rowNumber: number, result: RowResult]> => {
  const sent = new Set([...plain, ...chains.flat()].filter(settlement.isSettled).map(({ key }) => key.text))
  return rows.flatMap((row) => {
    const result = settled.get(row.rowNumber)
    if (result?.status !== 'superseded') return []
    const write = planRow({ ...row, table }, context)
    return write instanceof Flaw || !sent.has(write.key.text) ? [] : [[row.rowNumber, result] as const]
  })
}

/** Seconds of trust in a remembered schema where it makes rows lose to each other. */
const trustedMs = 5_000

/**
 * What a table that was made anew with another key would cause: keys that do not fit, and rows that seem to have
 * one key. Such rows would be lost, so the table is looked at once more before they are told.
 */
const isDoubtful = ({ settled }: WritePlan, ageMs: number): boolean => {
  for (const result of settled.values()) {
    if (result.status === 'superseded' && ageMs > trustedMs) return true
    if (result.status !== 'rejected') continue
    if (result.code === 'missing_key' || result.code === 'key_type' || result.code === 'invalid_key')
      return true
  }
  return false
}
