import { randomUUID } from 'node:crypto'
import { allInRowOrder, unanswered } from '../batch/batch-outcome.ts'
import { originOf } from '../batch/origin.ts'
import { readJson, readRow } from '../batch/read-row.ts'
import { type TableList, tableList } from '../batch/table-list.ts'
import { type BatchRow, toBatchRow, writeBatch } from '../batch/write-batch.ts'
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
import { backoffMs } from '../runtime/backoff.ts'
import { noCounts } from '../write/settlement.ts'
import type { Writer } from '../write/write-rows.ts'
import { delaySeconds } from './follow-batch.ts'
import { keepTrying } from './keep-trying.ts'
import { keepResults, knownResults } from './known-results.ts'
import type { OnceDeps } from './once-deps.ts'
import { openPaces } from './paces.ts'
import { spillMessage } from './spill-batch.ts'
import { spilledRowsKey, unpackSpilledRows } from './spilled-rows.ts'
import { writeHeld } from './write-held.ts'

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
 * @throws what ledger or bucket throw when their fault does not pass: the message comes again
 */
export const drainSpill = (deps: OnceDeps, writer: Writer, isAllowed: TableList) => {
  const { ledger, store, queue } = deps
  const { clock } = writer
  const paces = openPaces(deps, clock, deps.log)

  /** The rows that have no result yet, as they lie in the bucket. */
  const openRows = async (
    hash: string,
    record: BatchRecord,
    results: ReadonlyMap<number, RowResult>,
    isMaybeTaken: boolean,
    deadline: AbortSignal
  ): Promise<BatchRow[]> => {
    const stored = await store.read(spilledRowsKey(hash), maxRowsBytes, deadline)
    const narrowed = record.pushTables === undefined ? undefined : tableList(record.pushTables)
    const mayTouch: TableList = (table) => isAllowed(table) && (narrowed?.(table) ?? true)
    const read = readRow(mayTouch, record.route === '/delete' ? 'delete' : undefined)
    return (stored ? unpackSpilledRows(stored.content) : [])
      .filter(({ rowNumber }) => !results.has(rowNumber))
      .map((row) =>
        toBatchRow(read(row.args, row.rowNumber), row.rowNumber, row.isMaybeTaken || isMaybeTaken)
      )
  }

  return async (hash: string, deadline: AbortSignal): Promise<void> => {
    const patiently = <T>(call: () => Promise<T>): Promise<T> => keepTrying(clock, deadline, call)
    const owner = randomUUID()
    const claim = await patiently(() =>
      change<BatchRecord, BatchClaim | { readonly kind: 'gone' }>(ledger, batchKey(hash), (record) =>
        claimSpilled(record, owner, clock.now(), leaseMs)
      )
    )
    if (claim.kind === 'working') {
      const waitSeconds = Math.max(1, delaySeconds(claim.untilMs - clock.now()))
      return patiently(() => queue.send(spillMessage(hash), waitSeconds))
    }
    // Rows that were put aside in case the first attempt died are not needed any more.
    if (claim.kind === 'answered' || claim.kind === 'gone') await store.remove(spilledRowsKey(hash), deadline)
    if (claim.kind !== 'claimed') return

    let held = claim.record
    const hold = async (next: BatchRecord): Promise<boolean> => {
      const written = await patiently(() => writeHeld(ledger, next))
      held = written ?? held
      return written !== undefined
    }
    const renew = async (): Promise<boolean> =>
      held.leaseUntilMs - clock.now() > leaseMs - spellMs ||
      (await hold({ ...held, leaseUntilMs: clock.now() + leaseMs }))

    const results = await patiently(() => knownResults(store, held))
    let open = await patiently(() => openRows(hash, held, results, claim.isMaybeTaken, deadline))
    const context = { nowMs: clock.now(), origin: originOf(held), readJson }
    const counts = noCounts()
    const { paceFor } = paces(true, held.promises, Number.POSITIVE_INFINITY)

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
      if (!(await renew())) return
      if (open.length === 0 || counts.denied !== undefined || clock.now() - held.acceptedMs > giveUpMs) break
      if (deadline.aborted) {
        // The owner stays named, so that the next one knows that any row may have been written.
        const known = await keepResults(store, hash, results, held)
        if (await hold({ ...held, ...known, leaseUntilMs: 0 })) await queue.send(spillMessage(hash))
        return
      }
      await clock.sleep(backoffMs(spells, clock.random), deadline)
    }

    for (const { rowNumber } of open) results.set(rowNumber, given.get(rowNumber) ?? unanswered)
    for (const [rowNumber, result] of allInRowOrder(held.rows, results).entries())
      results.set(rowNumber, result)
    const known = await patiently(() => keepResults(store, hash, results, held))
    if (!(await hold(answerBatch(held, known)))) return
    await store.remove(spilledRowsKey(hash), deadline)
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
