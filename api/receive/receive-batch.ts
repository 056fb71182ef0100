import { toAnswer } from '../answer/to-answer.ts'
import { decodeBatch } from '../decode/batch.ts'
import type { BatchHeaders } from '../decode/batch-headers.ts'
import type { Mode } from '../plan/row-options.ts'
import { Flaw, type RowResult, rejected } from '../plan/row-result.ts'
import { inParallel } from '../runtime/in-parallel.ts'
import type { TableList } from '../runtime/table-list.ts'
import type { WriteCounts } from '../write/settlement.ts'
import { type Writer, writeRows } from '../write/write-rows.ts'
import { type AskedRow, readJson, readRow } from './read-row.ts'

/** Tables of one batch that are written at the same time; a batch names one, as a rule. */
const tablesAtOnce = 4

/** What a batch came to, for the log line. */
export interface BatchOutcome {
  readonly answer: string
  readonly results: readonly RowResult[]
  readonly counts: WriteCounts
}

/**
 * The sentence of the HTTP path: decode → plan → write → answer.
 *
 * @param only the one mode of the route: `/delete` deletes
 * @throws BatchError when the batch as a whole cannot be read
 */
export const receiveBatch =
  (writer: Writer, only?: Mode) =>
  async (
    body: string,
    headers: BatchHeaders,
    isAllowed: TableList,
    deadline: AbortSignal
  ): Promise<BatchOutcome> => {
    const rows = decodeBatch(body, { least: 2, most: 3 })
    const asked = rows.map(readRow(isAllowed, only))

    const results = new Map<number, RowResult>()
    const byTable = new Map<string, AskedRow[]>()
    for (const [rowNumber, row] of asked.entries()) {
      if (row instanceof Flaw) results.set(rowNumber, rejected(row))
      else append(byTable, row)
    }

    const context = { nowMs: writer.clock.now(), origin: originOf(headers), readJson }
    const counts: WriteCounts = { calls: 0, writeUnits: 0, readUnits: 0, throttles: 0 }
    await inParallel(tablesAtOnce, byTable, async ([table, tableRows]) => {
      const written = await writeRows(table, tableRows, context, counts, writer, deadline)
      for (const [rowNumber, result] of written) results.set(rowNumber, result)
    })

    const inOrder = rows.map((_, rowNumber) => results.get(rowNumber) ?? unanswered)
    return { answer: toAnswer(inOrder), results: inOrder, counts }
  }

/** Results come from the input: a row that nobody settled was not written as far as we know. */
const unanswered: RowResult = {
  status: 'unprocessed',
  attempts: 0,
  message: 'not reached; send the row again'
}

const originOf = ({ queryId, batchId }: BatchHeaders): Record<string, string> => ({
  ...(queryId === undefined ? {} : { query_id: queryId }),
  ...(batchId === undefined ? {} : { batch_id: batchId })
})

const append = (byTable: Map<string, AskedRow[]>, row: AskedRow): void => {
  const rows = byTable.get(row.table)
  if (rows) rows.push(row)
  else byTable.set(row.table, [row])
}
