import { randomUUID } from 'node:crypto'
import { allInRowOrder, unanswered } from '../batch/batch-outcome.ts'
import { notePush } from '../batch/note-push.ts'
import { noteTrail } from '../batch/note-trail.ts'
import { originOf } from '../batch/origin.ts'
import { type ReadRow, readJson, readRow } from '../batch/read-row.ts'
import { narrowedBy, type TableList } from '../batch/table-list.ts'
import type { Trail } from '../batch/trail.ts'
import { untilAnswered } from '../batch/until-answered.ts'
import { writeBatch } from '../batch/write-batch.ts'
import {
  answerBatch,
  type BatchClaim,
  type BatchRecord,
  batchKey,
  claimSpilled
} from '../ledger/batch-record.ts'
import { leasedRecord } from '../ledger/leased-record.ts'
import { change } from '../ledger/ledger-store.ts'
import { countRows } from '../ledger/row-counts.ts'
import type { RowResult } from '../plan/row-result.ts'
import type { Clock } from '../runtime/clock.ts'
import { keepTrying } from '../runtime/keep-trying.ts'
import type { LogLine } from '../runtime/log.ts'
import { giveUpMs, leaseMs } from '../runtime/time-budgets.ts'
import { delaySeconds } from '../store/message-queue.ts'
import { openPaces } from '../write/paces.ts'
import { noCounts, type WriteCounts } from '../write/settlement.ts'
import type { Writer } from '../write/write-rows.ts'
import { keepResults, knownResults } from './known-results.ts'
import type { OnceDeps } from './once-deps.ts'
import { spillMessage } from './spill-batch.ts'
import { spilledRowsKey, unpackSpilledRows } from './spilled-rows.ts'

const maxRowsBytes = 32 * 1024 * 1024

type Patiently = <T>(call: () => Promise<T>) => Promise<T>
type OwnClaim = Extract<BatchClaim, { readonly kind: 'claimed' }>

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

  return async (hash: string, deadline: AbortSignal): Promise<void> => {
    const patiently: Patiently = (call) => keepTrying(clock, deadline, call)
    const claim = await claimFromQueue({ ...deps, clock }, hash, patiently, deadline)
    if (claim === undefined) return
    const { record } = claim
    const held = leasedRecord(patient(ledger, patiently), clock, record)
    const results = await patiently(() => knownResults(store, record))
    const open = await patiently(() => openRows(store, { ...claim, hash }, isAllowed, deadline))
    const trail: Trail = new Map()
    const context = { nowMs: clock.now(), origin: originOf(record), readJson }
    const counts = noCounts()
    const { paceFor } = paces({
      isPatient: true,
      promises: record.promises,
      untilMs: Number.POSITIVE_INFINITY
    })
    const rounds = {
      clock,
      renew: held.renew,
      attempt: (left: readonly ReadRow[], signal: AbortSignal) =>
        writeBatch(writer, { rows: left, context, counts, paceFor, trail }, signal),
      isEnough: () => counts.denied !== undefined || clock.now() - record.acceptedMs > giveUpMs
    }
    const tables = new Set(open.map((row) => ('flaw' in row ? undefined : row.table)))
    const labels = {
      route: record.route,
      table: tables.size === 1 ? [...tables][0] : undefined,
      query_id: record.queryId,
      user: record.user
    }
    const note = (all: Iterable<RowResult> | undefined): Promise<void> =>
      notePush({ pushes: deps.pushes, clock, log: deps.log }, { labels, results: all, counts })
    const origin = { ...labels, batch: record.batchId }
    /** A row's line is written by the visit that answered it. */
    const trace = (): Promise<void> =>
      noteTrail({ store: deps.audit ?? store, clock, log: deps.log }, origin, {
        trail,
        tried: results,
        results: undefined
      })
    const left = open.filter(({ rowNumber }) => !results.has(rowNumber))
    const end = await untilAnswered(rounds, left, results, deadline)
    // Whoever has it by now has put objects of its own into the bucket, which must not be replaced.
    if (end.kind === 'lost' || !(await held.renew())) return
    if (end.kind === 'deadline') {
      // The owner stays named, so that the next one knows that any row may have been written.
      const known = await keepResults(store, hash, results, record)
      if (await held.write((now) => ({ ...now, ...known, leaseUntilMs: 0 })))
        await queue.send(spillMessage(hash))
      await trace()
      return note(undefined)
    }

    for (const { rowNumber } of end.open) results.set(rowNumber, end.last.get(rowNumber) ?? unanswered)
    const answers = new Map(allInRowOrder(record.rows, results).entries())
    const known = await patiently(() => keepResults(store, hash, answers, record))
    if (!(await held.write((now) => answerBatch(now, known)))) return
    await store.remove(spilledRowsKey(hash), deadline)
    deps.log(drainedLine(record, answers, counts, clock.now()))
    await trace()
    await note(answers.values())
  }
}

/** Claims the batch of a message; undefined when there is nothing to do for it now. */
const claimFromQueue = async (
  { ledger, store, queue, clock }: OnceDeps & { readonly clock: Clock },
  hash: string,
  patiently: Patiently,
  deadline: AbortSignal
): Promise<OwnClaim | undefined> => {
  const owner = randomUUID()
  const claim = await patiently(() =>
    change<BatchRecord, BatchClaim | { readonly kind: 'gone' }>(ledger, batchKey(hash), (record) =>
      claimSpilled(record, owner, clock.now(), leaseMs)
    )
  )
  switch (claim.kind) {
    case 'claimed':
      return claim
    case 'working':
      await patiently(() => queue.send(spillMessage(hash), delaySeconds(claim.untilMs - clock.now(), 1)))
      return undefined
    case 'answered':
    case 'gone':
      // Rows that were put aside in case the first attempt died are not needed any more.
      await store.remove(spilledRowsKey(hash), deadline)
      return undefined
    case 'spilled':
      return undefined
    default:
      return claim satisfies never
  }
}

/** The rows as they lie in the bucket, read. */
const openRows = async (
  store: OnceDeps['store'],
  { record, isMaybeTaken, hash }: OwnClaim & { readonly hash: string },
  isAllowed: TableList,
  deadline: AbortSignal
): Promise<ReadRow[]> => {
  const stored = await store.read(spilledRowsKey(hash), maxRowsBytes, deadline)
  const read = readRow(
    narrowedBy(isAllowed, record.pushTables),
    record.route === '/delete' ? 'delete' : undefined
  )
  return (stored ? unpackSpilledRows(stored.content) : []).map(({ rowNumber, args, ...row }) =>
    read(args, rowNumber, row.isMaybeTaken || isMaybeTaken)
  )
}

/** The same ledger, which is asked again while its fault may pass. */
const patient = (ledger: OnceDeps['ledger'], patiently: Patiently): OnceDeps['ledger'] => ({
  get: (key) => patiently(() => ledger.get(key)),
  put: (record, was) => patiently(() => ledger.put(record, was))
})

const drainedLine = (
  { route, queryId, batchId, rows, acceptedMs }: BatchRecord,
  results: ReadonlyMap<number, RowResult>,
  { writeUnits, throttles }: WriteCounts,
  nowMs: number
): LogLine => ({
  event: 'spill_drained',
  route,
  queryId,
  batchId,
  rows,
  ...countRows(results.values()),
  writeUnits,
  throttles,
  ms: nowMs - acceptedMs
})
