import { readJson } from '../../api/batch/read-row.ts'
import { JsonObject, type JsonValue } from '../../api/json/json-value.ts'
import type { PlanContext } from '../../api/plan/plan-context.ts'
import { planRow } from '../../api/plan/plan-row.ts'
import { planWrites, type WritePlan } from '../../api/plan/plan-writes.ts'
import type { PlannedWrite } from '../../api/plan/planned-write.ts'
import { readRowOptions } from '../../api/plan/row-options.ts'
import { Flaw, type RowResult, rejected } from '../../api/plan/row-result.ts'
import type { UnplannedRow } from '../../api/plan/row-to-plan.ts'
import type { KeyType, TargetTable } from '../../api/plan/target-table.ts'

/** JSON text, or a literal that becomes one; numbers that JavaScript would round are given as text. */
export type Sent = string | Readonly<Record<string, unknown>>

export const json = (sent: Sent): JsonValue => {
  const read = readJson(typeof sent === 'string' ? sent : JSON.stringify(sent))
  if (read === undefined) throw new Error(`not JSON: ${sent}`)
  return read
}

export const jsonObject = (sent: Sent): JsonObject => {
  const object = json(sent)
  if (object instanceof JsonObject) return object
  throw new Error('not an object')
}

/** A table with the given keys, e.g. `tableOf({ id: 'S' })`: partition key first, then the sort key. */
export const tableOf = (
  keys: Readonly<Record<string, KeyType>> = { id: 'S' },
  indexKeys: Readonly<Record<string, KeyType>> = {}
): TargetTable => ({
  name: 'orders',
  keys: Object.entries(keys).map(([name, type], n) => ({ name, type, maxBytes: n === 0 ? 2048 : 1024 })),
  indexKeys: Object.entries(indexKeys).map(([name, type]) => ({ name, type, maxBytes: 2048 }))
})

/** 24 November 2026, 10:00 UTC: every plan of these tests is made then. */
export const nowMs = Date.UTC(2026, 10, 24, 10)
export const nowSeconds = nowMs / 1000

export const context: PlanContext = { nowMs, origin: { query_id: 'q-1', batch_id: 'b-1' }, readJson }

export const row = (rowNumber: number, item: Sent, options: Sent = {}): UnplannedRow => {
  const read = readRowOptions(json(options))
  if (read instanceof Flaw) throw new Error(read.message)
  return { rowNumber, item: jsonObject(item), options: read }
}

/** The write of one row, or its flaw. */
export const planned = (item: Sent, options: Sent = {}, table = tableOf()): PlannedWrite | Flaw =>
  planRow({ ...row(0, item, options), table }, context)

/** The write of a row that is fine. */
export const write = (item: Sent, options: Sent = {}, table = tableOf()): PlannedWrite => {
  const made = planned(item, options, table)
  if (made instanceof Flaw) throw new Error(`${made.code}: ${made.message}`)
  return made
}

/** The answer of a row that can never be written; undefined when it can. */
export const reject = (item: Sent, options: Sent = {}, table = tableOf()): RowResult | undefined => {
  const made = planned(item, options, table)
  return made instanceof Flaw ? rejected(made) : undefined
}

/** What a put or an update writes, as an object of DynamoDB values. */
export const content = ({ action }: PlannedWrite): Record<string, unknown> =>
  Object.fromEntries(action.kind === 'put' ? action.item : action.kind === 'update' ? action.set : [])

/** Rows of one batch, each an item with its options. */
export const plan = (
  rows: ReadonlyArray<readonly [item: Sent, options?: Sent]>,
  table = tableOf()
): WritePlan =>
  planWrites(
    rows.map(([item, options], n) => row(n, item, options)),
    table,
    context
  )
