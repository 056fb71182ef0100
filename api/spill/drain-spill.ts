import { randomUUID } from 'node:crypto'
import {
  answerBatch,
  type BatchClaim,
  type BatchRecord,
  batchKey,
  claimSpilled
} from '../ledger/batch-record.ts'
import { change } from '../ledger/ledger-store.ts'
import { countRows } from '../ledger/row-counts.ts'
import type { RowResult } from '../plan/row-result.ts'
import { originOf } from '../receive/origin.ts'
import { readJson, readRow } from '../receive/read-row.ts'
import { toBatchRow, writeBatch } from '../receive/write-batch.ts'
import { type TableList, tableList } from '../runtime/table-list.ts'
import { backoffMs } from '../write/backoff.ts'
import { noCounts } from '../write/settlement.ts'
import type { Writer } from '../write/write-rows.ts'
import { allInRowOrder, keepResults, knownResults, unanswered } from './known-results.ts'
import type { OnceDeps } from './once-deps.ts'
import { openPaces } from './paces.ts'
import { spillMessage } from './spill-batch.ts'
import { spilledRowsKey, unpackSpilledRows } from './spilled-rows.ts'

/** A worker that says nothing for so long has lost its batch. */
const leaseMs = 60_000
const spellMs = 20_000
/** Snowflake stops polling after 600 s: shortly before, rows that are not written are told `unprocessed`. */
const giveUpMs = 560_000
const maxRowsBytes = 32 * 1024 * 1024

/**
 * The queue's worker for spilled batches: takes one, writes what is left of it however long the table
 * throttles, and puts the complete answer where Snowflake's polling finds it. Repeats change nothing.
 *
 * @throws what ledger or bucket throw: the message comes again
 */
export const drainSpill = (deps: OnceDeps, writer: Writer, isAllowed: TableList) => {
  const { clock } = writer
  const paces = openPaces(deps, clock, deps.log)

  return async (hash: string, deadline: AbortSignal): Promise<void> => {
    const owner = randomUUID()
    const claim = await change<BatchRecord, BatchClaim | { readonly kind: 'gone' }>(
      deps.ledger,
      batchKey(hash),
      (record) => claimSpilled(record, owner, clock.now(), leaseMs)
    )
    if (claim.kind === 'working') {
      await deps.queue.send(
        spillMessage(hash),
        Math.min(900, Math.max(1, Math.ceil((claim.untilMs - clock.now()) / 1000)))
      )
      return
    }
    // Rows that were put aside in case the first attempt died are not needed any more.
    if (claim.kind === 'answered') await deps.store.remove(spilledRowsKey(hash), deadline)
    if (claim.kind !== 'claimed') return

    let held = claim.record
    const hold = async (next: BatchRecord): Promise<boolean> => {
      const changed = { ...next, rev: held.rev + 1 }
      if (!(await deps.ledger.put(changed, held.rev))) return false
      held = changed
      return true
    }

    const results = await knownResults(deps.store, held)
    const stored = await deps.store.read(spilledRowsKey(hash), maxRowsBytes, deadline)
    const rows = stored ? unpackSpilledRows(stored.content) : []
    const narrowed = held.pushTables === undefined ? undefined : tableList(held.pushTables)
    const mayTouch: TableList = (table) => isAllowed(table) && (narrowed?.(table) ?? true)
    const read = readRow(mayTouch, held.route === '/delete' ? 'delete' : undefined)
    let open = rows
      .filter(({ rowNumber }) => !results.has(rowNumber))
      .map(({ rowNumber, args, isMaybeTaken }) =>
        toBatchRow(read(args, rowNumber), rowNumber, isMaybeTaken || claim.isMaybeTaken)
      )
    const context = { nowMs: clock.now(), origin: originOf(held), readJson }
    const counts = noCounts()
    const { paceFor } = paces(true, held.promises)

    let given: ReadonlyMap<number, RowResult> = new Map()
    for (let spells = 1; open.length > 0; spells += 1) {
      const spell = AbortSignal.any([deadline, clock.deadline(spellMs)])
      given = await writeBatch(writer, open, context, counts, paceFor, spell)
      const left = []
      for (const row of open) {
        const result = given.get(row.rowNumber)
        if (result !== undefined && result.status !== 'unprocessed') results.set(row.rowNumber, result)
        else left.push('asked' in row ? { ...row, isMaybeTaken: true } : row)
      }
      open = left
      if (open.length === 0 || counts.denied !== undefined || clock.now() - held.acceptedMs > giveUpMs) break
      if (deadline.aborted) {
        // The owner stays named, so that the next one knows that any row may have been written.
        const known = await keepResults(deps.store, hash, results, held)
        if (await hold({ ...held, ...known, leaseUntilMs: 0 })) await deps.queue.send(spillMessage(hash))
        return
      }
      if (!(await hold({ ...held, leaseUntilMs: clock.now() + leaseMs }))) return
      await clock.sleep(backoffMs(spells, clock.random), deadline)
    }

    for (const { rowNumber } of open) results.set(rowNumber, given.get(rowNumber) ?? unanswered)
    for (const [rowNumber, result] of allInRowOrder(held.rows, results).entries())
      results.set(rowNumber, result)
    const known = await keepResults(deps.store, hash, results, held)
    if (!(await hold(answerBatch(held, known)))) return
    await deps.store.remove(spilledRowsKey(hash), deadline)
    deps.log({
      event: 'spill_drained',
      route: held.route,
      queryId: held.queryId,
      batchId: held.batchId,
      rows: held.rows,
      ...countRows(results.values()),
      writeUnits: counts.writeUnits,
      throttles: counts.throttles,
      ms: clock.now() - held.acceptedMs
    })
  }
}
