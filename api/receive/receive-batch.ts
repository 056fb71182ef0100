import { type Attempt, allInRowOrder, type BatchOutcome } from '../batch/batch-outcome.ts'
import { originOf } from '../batch/origin.ts'
import { readBatch } from '../batch/read-batch.ts'
import { type BatchRow, readJson } from '../batch/read-row.ts'
import type { TableList } from '../batch/table-list.ts'
import type { Trail } from '../batch/trail.ts'
import { tableOfAll, writeBatch } from '../batch/write-batch.ts'
import type { RowArguments } from '../decode/batch.ts'
import type { BatchHeaders } from '../decode/batch-headers.ts'
import type { Mode } from '../plan/row-options.ts'
import type { RowResult } from '../plan/row-result.ts'
import { argumentCounts, type Route } from '../runtime/external-functions.ts'
import type { AnswerOnce } from '../spill/answer-once.ts'
import { backoffPace } from '../write/pace.ts'
import { noCounts } from '../write/settlement.ts'
import type { TableSchemas } from '../write/table-schemas.ts'
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
    const context = { nowMs: writer.clock.now(), origin: originOf(headers), readJson }
    const terms = { counts: argumentCounts(route), isAllowed, only, schemas: writer.schemas, context }
    const { rows, maybeTaken, args } = readBatch(body, terms)
    const attempt: Attempt = async (paceFor, known) => {
      const all = known === 'new' ? rows : maybeTaken()
      const asked = known === 'unclaimed' ? all.filter((row) => !dependsOnTable(row)) : all
      const counts = noCounts()
      const results = await writeBatch(
        { ...writer, schemas },
        { rows: asked, context, counts, paceFor, trail },
        deadline
      )
      // Whoever asks for no trail has nobody who reads it.
      if (trail.size > 0)
        for (const [row, result] of results) if (result.status !== 'unprocessed') tried.set(row, result)
      return { counts, results }
    }
    const trail: Trail = new Map()
    const tried = new Map<number, RowResult>()
    const count = rows.length
    const table = oneTable(rows, args, isAllowed)
    const received = { trail, tried, rows: count, table }
    // A cold process looks the table up while the batch is claimed: the one does not wait for the other.
    const schemas = table === undefined ? writer.schemas : lookedUp(writer.schemas, table, deadline)
    if (once) return { ...(await once({ route, headers, body, count, args }, attempt)), ...received }
    const { results, counts } = await attempt(() => backoffPace(writer.clock), 'new')
    return { results: allInRowOrder(count, results), counts, isRepeat: false, ...received }
  }

/** Looks a table up that is not known. That there is none, or none to be seen, is not asked for a second time. */
const lookedUp = (schemas: TableSchemas, table: string, deadline: AbortSignal): TableSchemas => {
  if (schemas.known(table)) return schemas
  const looking = schemas.find(table, deadline)
  return {
    ...schemas,
    async find(name, until) {
      const found = name === table ? await looking : undefined
      return found === undefined || found.kind === 'table' ? schemas.find(name, until) : found
    }
  }
}

/** The table of all rows, if they are of one that is allowed. */
const oneTable = (
  rows: readonly BatchRow[],
  args: () => readonly RowArguments[],
  isAllowed: TableList
): string | undefined => {
  const only = tableOfAll(rows)
  if (only !== undefined || !rows.some((row) => 'flaw' in row)) return only
  // A row that is wrong for another reason names its table all the same.
  const all = args()
  const table = all[0]?.[0]?.value()
  if (typeof table !== 'string' || !isAllowed(table)) return undefined
  return all.every(([span]) => span?.value() === table) ? table : undefined
}

/**
 * Its answer says what the table held before the batch, whether a condition was true or the item there already:
 * whoever writes it must be the only one.
 */
const dependsOnTable = (row: BatchRow): boolean =>
  'options' in row &&
  (row.options.condition !== undefined || row.options.skipUnchanged) &&
  !row.options.dryRun
