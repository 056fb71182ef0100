import { itemJson } from '../answer/item-json.ts'
import { toReadAnswer } from '../answer/to-answer.ts'
import { type AskedRow, readJson, readRow } from '../batch/read-row.ts'
import { decodeBatch, type RowArguments } from '../decode/batch.ts'
import { BatchError } from '../decode/batch-error.ts'
import { objectOf } from '../json/json-span.ts'
import type { Key } from '../plan/key.ts'
import { planKey } from '../plan/plan-key.ts'
import { Flaw, type RejectCode } from '../plan/row-result.ts'
import type { TargetTable } from '../plan/target-table.ts'
import { argumentCounts } from '../runtime/external-functions.ts'
import { inParallel } from '../runtime/in-parallel.ts'
import { forTable, noSuchTable, type TableWork } from '../write/for-table.ts'
import { isOver } from '../write/table-doubt.ts'
import type { Writer } from '../write/write-rows.ts'
import { readKeys } from './read-keys.ts'
import type { Received } from './route.ts'

/** Tables of one batch that are read at the same time; a batch names one, as a rule. */
const tablesAtOnce = 4

/**
 * The read path: keys → items as JSON; NULL where there is none, where the key is NULL, or NULL in a key attribute.
 *
 * @throws BatchError `out_of_time` at the deadline: NULL would be a lie; `invalid_read` for a table that is unknown or
 *   not allowed and for a key that no item can have, naming the row: a rejection never stands where an item could
 */
export const readItems =
  (reader: Writer) =>
  async ({ body, isAllowed, deadline }: Omit<Received, 'headers'>): Promise<string> => {
    const rows = decodeBatch(body, argumentCounts('/get'))
    const read = readRow(isAllowed)
    const asked: AskedRow[] = []
    const values = new Map<number, string | Flaw>()
    for (const [rowNumber, args] of rows.entries()) {
      const row = read(args, rowNumber)
      if (!('flaw' in row)) asked.push(row)
      else if (!(row.flaw.code === 'not_an_object' && isNull(args))) values.set(rowNumber, row.flaw)
    }
    const byTable = Map.groupBy(asked, ({ table }) => table)
    await inParallel(tablesAtOnce, byTable, async ([table, tableRows]) => {
      for (const [rowNumber, value] of await readTable(reader, table, tableRows, deadline))
        values.set(rowNumber, value)
    })
    return toReadAnswer(
      rows.map((_, rowNumber) => {
        const value = values.get(rowNumber) ?? nothing
        if (value instanceof Flaw) throw invalidRead(rowNumber, value)
        return value
      })
    )
  }

const nothing = 'null'

const isNull = (args: RowArguments): boolean => {
  const key = args[1]?.value() ?? null
  return key === null || (typeof key === 'string' && readJson(key) === null)
}

const invalidRead = (rowNumber: number, { code, message }: Flaw): BatchError =>
  new BatchError(
    'invalid_read',
    `row ${rowNumber}: ${code}: ${message}${code === 'missing_key' ? '. Where a key may be NULL use OBJECT_CONSTRUCT_KEEP_NULL' : ''}`
  )

/** The keys of the rows of one table; a row whose key is bad has its flaw instead, one whose key is NULL nothing. */
type KeyPlan = ReadonlyMap<number, Key | Flaw>

/** JSON texts by row number, or why there can be none; rows without either have no item. */
const readTable = async (
  reader: Writer,
  name: string,
  rows: readonly AskedRow[],
  deadline: AbortSignal
): Promise<ReadonlyMap<number, string | Flaw>> => {
  const values = new Map<number, string | Flaw>()
  const work: TableWork<KeyPlan> = {
    plan: (table) => keysOf(rows, table),
    isDoubtful: (plan) => [...plan.values()].some((key) => key instanceof Flaw),
    async carryOut(plan, _table, doubt) {
      const keys = [...plan.values()].filter((key): key is Key => !(key instanceof Flaw))
      const items = await readKeys(reader, { table: name, keys }, doubt, deadline)
      if (isOver(doubt)) return
      for (const [rowNumber, key] of plan) {
        const item = key instanceof Flaw ? undefined : items.get(key.text)
        if (key instanceof Flaw) values.set(rowNumber, key)
        else if (item) values.set(rowNumber, itemJson(item))
      }
    }
  }
  const end = await forTable(reader.schemas, name, work, deadline)
  if (end.kind === 'unavailable') throw new BatchError('out_of_time', `${end.reason}. Send it again.`)
  if (end.kind === 'unknown') for (const { rowNumber } of rows) values.set(rowNumber, noSuchTable)
  return values
}

/** Of the right type, and yet no item can have it: too long, empty, a number beyond DynamoDB's. */
const isNobodys: ReadonlySet<RejectCode> = new Set(['invalid_key', 'number_out_of_range'])

const keysOf = (rows: readonly AskedRow[], table: TargetTable): KeyPlan => {
  const plan = new Map<number, Key | Flaw>()
  for (const { rowNumber, item } of rows) {
    const key = objectOf(item)
    if (table.keys.some(({ name }) => key.get(name) === null)) continue
    const planned = planKey(key, table)
    if (!(planned instanceof Flaw && isNobodys.has(planned.code))) plan.set(rowNumber, planned)
  }
  return plan
}
