import { itemJson } from '../answer/item-json.ts'
import { toReadAnswer } from '../answer/to-answer.ts'
import { type AskedRow, readRow } from '../batch/read-row.ts'
import type { TableList } from '../batch/table-list.ts'
import { decodeBatch } from '../decode/batch.ts'
import { BatchError } from '../decode/batch-error.ts'
import type { Item } from '../plan/item-size.ts'
import type { Key } from '../plan/key.ts'
import { maxKeysPerRead } from '../plan/limits.ts'
import { planKey } from '../plan/plan-key.ts'
import { Flaw, type RowResult, rejected } from '../plan/row-result.ts'
import type { TargetTable } from '../plan/target-table.ts'
import { backoffMs } from '../runtime/backoff.ts'
import { inParallel } from '../runtime/in-parallel.ts'
import { compareLookup } from '../write/table-schemas.ts'
import type { Writer } from '../write/write-rows.ts'

const readsAtOnce = 4

/**
 * The read path: keys → items as JSON, NULL where there is none, a `rejected` result where the key is bad.
 *
 * @throws BatchError `out_of_time` at the deadline: NULL would be a lie
 */
export const readItems =
  ({ port, schemas, clock }: Writer) =>
  async (body: string, isAllowed: TableList, deadline: AbortSignal): Promise<string> => {
    const rows = decodeBatch(body, { least: 2, most: 2 })
    const asked = rows.map(readRow(isAllowed))
    const values = new Map<number, string>()
    const byTable = Map.groupBy(
      asked.filter((row): row is AskedRow => !(row instanceof Flaw)),
      ({ table }) => table
    )
    for (const [rowNumber, row] of asked.entries())
      if (row instanceof Flaw) values.set(rowNumber, JSON.stringify(rejected(row)))

    const readGroup = async (table: string, keys: readonly Key[]): Promise<ReadonlyMap<string, Item>> => {
      const items = new Map<string, Item>()
      let left = keys
      for (let failures = 0; left.length > 0; ) {
        if (deadline.aborted) throw outOfTime()
        const answer = await port.read(table, left, deadline)
        if (answer.kind === 'answered') {
          for (const [text, item] of answer.items) items.set(text, item)
          failures = answer.left.length < left.length ? 0 : failures + 1
          left = answer.left
        } else if (answer.kind === 'refused' || answer.kind === 'lost') failures += 1
        else
          throw new ReadFailure(
            answer.kind,
            'reason' in answer ? answer.reason : 'Its keys are not as expected'
          )
        if (left.length > 0) await clock.sleep(backoffMs(failures, clock.random), deadline)
      }
      return items
    }

    const readTable = async (
      name: string,
      tableRows: readonly AskedRow[],
      isSecondLook = false
    ): Promise<void> => {
      const settleAll = (result: RowResult): void => {
        for (const { rowNumber } of tableRows) values.set(rowNumber, JSON.stringify(result))
      }
      const lookup = isSecondLook
        ? await schemas.lookAgain(name, deadline)
        : await schemas.find(name, deadline)
      if (lookup.kind === 'unavailable')
        throw new BatchError('out_of_time', `${lookup.reason}. Send it again.`)
      if (lookup.kind === 'unknown') {
        settleAll(
          rejected(new Flaw('unknown_table', 'no such table: create it, or check its name and Region'))
        )
        return
      }
      const { keys, flaws } = keysOf(tableRows, lookup.table)
      const isOutdated = async (): Promise<boolean> =>
        !isSecondLook &&
        !lookup.isFresh &&
        compareLookup(lookup.table, await schemas.lookAgain(name, deadline)) !== 'same'
      if (flaws.size > 0 && (await isOutdated())) return readTable(name, tableRows, true)

      const distinct = [...new Map([...keys.values()].map((key) => [key.text, key])).values()]
      const groups = Array.from({ length: Math.ceil(distinct.length / maxKeysPerRead) }, (_, n) =>
        distinct.slice(n * maxKeysPerRead, (n + 1) * maxKeysPerRead)
      )
      const items = new Map<string, Item>()
      try {
        await inParallel(readsAtOnce, groups, async (group) => {
          for (const [text, item] of await readGroup(name, group)) items.set(text, item)
        })
      } catch (error) {
        if (!(error instanceof ReadFailure)) throw error
        if (!isSecondLook && error.kind !== 'denied') return readTable(name, tableRows, true)
        throw new BatchError('out_of_time', `The table cannot be read. ${error.message}. Send it again.`)
      }
      for (const [rowNumber, flaw] of flaws) values.set(rowNumber, JSON.stringify(rejected(flaw)))
      for (const [rowNumber, { text }] of keys) {
        const item = items.get(text)
        values.set(rowNumber, item ? itemJson(item) : 'null')
      }
    }

    await inParallel(readsAtOnce, byTable, ([table, tableRows]) => readTable(table, tableRows))
    return toReadAnswer(rows.map((_, rowNumber) => values.get(rowNumber) ?? 'null'))
  }

class ReadFailure extends Error {
  readonly kind: string

  constructor(kind: string, reason: string) {
    super(reason)
    this.kind = kind
  }
}

const outOfTime = (): BatchError =>
  new BatchError(
    'out_of_time',
    'The table did not answer in time, nothing is known of the items. Send it again.'
  )

const keysOf = (
  rows: readonly AskedRow[],
  table: TargetTable
): { keys: ReadonlyMap<number, Key>; flaws: ReadonlyMap<number, Flaw> } => {
  const keys = new Map<number, Key>()
  const flaws = new Map<number, Flaw>()
  for (const { rowNumber, item } of rows) {
    const key = planKey(item, table)
    if (key instanceof Flaw) flaws.set(rowNumber, key)
    else keys.set(rowNumber, key)
  }
  return { keys, flaws }
}
