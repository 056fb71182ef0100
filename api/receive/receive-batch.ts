import { type Attempt, allInRowOrder, type BatchOutcome } from '../batch/batch-outcome.ts'
import { originOf } from '../batch/origin.ts'
import { type BatchRow, readJson, readRow } from '../batch/read-row.ts'
import type { TableList } from '../batch/table-list.ts'
import type { Trail } from '../batch/trail.ts'
import { writeBatch } from '../batch/write-batch.ts'
import { decodeBatch, type RowArguments } from '../decode/batch.ts'
import type { BatchHeaders } from '../decode/batch-headers.ts'
import type { Mode } from '../plan/row-options.ts'
import type { RowResult } from '../plan/row-result.ts'
import { argumentCounts, type Route } from '../runtime/external-functions.ts'
import type { AnswerOnce } from '../spill/answer-once.ts'
import { backoffPace } from '../write/pace.ts'
import { noCounts } from '../write/settlement.ts'
import type { Writer } from '../write/write-rows.ts'

/** What a batch came to, its number of rows, and their table where it is one. */
export interface ReceivedBatch extends BatchOutcome {
  readonly rows: number
  readonly table: string | undefined
  /** Rows with option `trail`, and what this delivery answered. */
  readonly trail: Trail
  readonly tried: ReadonlyMap<number, RowResult>
}

/**
 * The sentence of the HTTP path: decode → plan → write, then answer.
 *
 * @param once makes repeats harmless and slow batches go on elsewhere; without it every delivery is written
 * @param only the one mode of the route: `/delete` deletes
 * @throws BatchError when the batch as a whole cannot be read, or is to come again later
 */
export const receiveBatch =
  (writer: Writer, once: AnswerOnce | undefined, route: Route, only?: Mode) =>
  async (
    body: Buffer,
    headers: BatchHeaders,
    isAllowed: TableList,
    deadline: AbortSignal
  ): Promise<ReceivedBatch> => {
    const rows: readonly RowArguments[] = decodeBatch(body, argumentCounts(route))
    const read = readRow(isAllowed, only)
    const context = { nowMs: writer.clock.now(), origin: originOf(headers), readJson }
    const attempt: Attempt = async (paceFor, known) => {
      const isMaybeTaken = known !== 'new'
      const all = rows.map((row, rowNumber) => read(row, rowNumber, isMaybeTaken))
      const asked = known === 'unclaimed' ? all.filter((row) => !dependsOnTable(row)) : all
      const counts = noCounts()
      const results = await writeBatch(writer, { rows: asked, context, counts, paceFor, trail }, deadline)
      // Whoever asks for no trail has nobody who reads it.
      if (trail.size > 0)
        for (const [row, result] of results) if (result.status !== 'unprocessed') tried.set(row, result)
      return { counts, results }
    }
    const trail: Trail = new Map()
    const tried = new Map<number, RowResult>()
    const table = oneTable(rows, isAllowed)
    const received = { trail, tried, rows: rows.length, table }
    // A cold process looks the table up while the batch is claimed: the one does not wait for the other.
    if (table !== undefined) void writer.schemas.find(table, deadline)
    if (once) return { ...(await once({ route, headers, body, rows }, attempt)), ...received }
    const { results, counts } = await attempt(() => backoffPace(writer.clock), 'new')
    return { results: allInRowOrder(rows.length, results), counts, isRepeat: false, ...received }
  }

/** The table of all rows, if they are of one that is allowed. */
const oneTable = (rows: readonly RowArguments[], isAllowed: TableList): string | undefined => {
  const span = rows[0]?.[0]
  const first = span?.value()
  if (span === undefined || typeof first !== 'string' || !isAllowed(first)) return undefined
  return rows.every((row) => row[0]?.equals(span) || row[0]?.value() === first) ? first : undefined
}

/**
 * Its answer says what the table held before the batch, whether a condition was true or the item there already:
 * whoever writes it must be the only one.
 */
const dependsOnTable = (row: BatchRow): boolean =>
  'options' in row &&
  (row.options.condition !== undefined || row.options.skipUnchanged) &&
  !row.options.dryRun
