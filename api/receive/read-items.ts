import { itemJson } from '../answer/item-json.ts'
import { toReadAnswer } from '../answer/to-answer.ts'
import { type AskedRow, readRow } from '../batch/read-row.ts'
import { decodeBatch } from '../decode/batch.ts'
import { BatchError } from '../decode/batch-error.ts'
import { objectOf } from '../json/json-span.ts'
import type { Key } from '../plan/key.ts'
import { planKey } from '../plan/plan-key.ts'
import { Flaw, rejected } from '../plan/row-result.ts'
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
 * The read path: keys → items as JSON, NULL where there is none, a `rejected` result where the key is bad.
 *
 * @throws BatchError `out_of_time` at the deadline: NULL would be a lie
 */
export const readItems =
  (reader: Writer) =>
  async ({ body, isAllowed, deadline }: Omit<Received, 'headers'>): Promise<string> => {
    const rows = decodeBatch(body, argumentCounts('/get'))
    const asked = rows.map(readRow(isAllowed))
    const values = new Map<number, string>()
    for (const [rowNumber, row] of asked.entries())
      if (row instanceof Flaw) values.set(rowNumber, flawText(row))
    const byTable = Map.groupBy(
      asked.filter((row): row is AskedRow => !(row instanceof Flaw)),
      ({ table }) => table
    )
    await inParallel(tablesAtOnce, byTable, async ([table, tableRows]) => {
      for (const [rowNumber, value] of await readTable(reader, table, tableRows, deadline))
        values.set(rowNumber, value)
    })
    return toReadAnswer(rows.map((_, rowNumber) => values.get(rowNumber) ?? 'null'))
  }

/** The keys of the rows of one table; a row whose key is bad has its flaw instead. */
type KeyPlan = ReadonlyMap<number, Key | Flaw>

/** JSON texts by row number; rows without one have no item. */
const readTable = async (
  reader: Writer,
  name: string,
  rows: readonly AskedRow[],
  deadline: AbortSignal
): Promise<ReadonlyMap<number, string>> => {
  const values = new Map<number, string>()
  const work: TableWork<KeyPlan> = {
    plan: (table) => keysOf(rows, table),
    isDoubtful: (plan) => [...plan.values()].some((key) => key instanceof Flaw),
    async carryOut(plan, _table, doubt) {
      const keys = [...plan.values()].filter((key): key is Key => !(key instanceof Flaw))
      const items = await readKeys(reader, name, keys, doubt, deadline)
      if (isOver(doubt)) return
      for (const [rowNumber, key] of plan) {
        const item = key instanceof Flaw ? undefined : items.get(key.text)
        if (key instanceof Flaw) values.set(rowNumber, flawText(key))
        else if (item) values.set(rowNumber, itemJson(item))
      }
    }
  }
  const end = await forTable(reader.schemas, name, work, deadline)
  if (end.kind === 'unavailable') throw new BatchError('out_of_time', `${end.reason}. Send it again.`)
  if (end.kind === 'unknown') for (const { rowNumber } of rows) values.set(rowNumber, flawText(noSuchTable))
  return values
}

const keysOf = (rows: readonly AskedRow[], table: TargetTable): KeyPlan =>
  new Map(rows.map(({ rowNumber, item }) => [rowNumber, planKey(objectOf(item), table)]))

const flawText = (flaw: Flaw): string => JSON.stringify(rejected(flaw))
