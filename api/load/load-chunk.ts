import { randomUUID } from 'node:crypto'
import { ChunkError } from '../decode/chunk-error.ts'
import {
  type ChunkRecord,
  checkpointChunk,
  claimChunk,
  failChunk,
  releaseChunk,
  settleChunk
} from '../ledger/chunk-record.ts'
import { change, type LedgerStore } from '../ledger/ledger-store.ts'
import { countRows } from '../ledger/row-counts.ts'
import type { RunRecord } from '../ledger/run-record.ts'
import { Flaw } from '../plan/row-result.ts'
import { readJson } from '../receive/read-row.ts'
import { type BulkOptions, readBulkOptions } from './bulk-options.ts'
import { chunkRowsOf, formatOfChunk } from './chunk-rows-of.ts'
import type { LoadDeps } from './load-deps.ts'
import { leaseMs, loadSlice, type SliceOutcome } from './load-slice.ts'
import { ObjectGone } from './object-store.ts'
import { rateShare } from './rate-share.ts'
import { packRejectedRows } from './rejected-rows.ts'
import { rejectedPartKey } from './run-paths.ts'
import { maxSliceRows, slicesOf } from './slices-of.ts'

/** What became of a visit to a chunk. */
export type LoadEnd =
  | { readonly kind: 'ended'; readonly record: ChunkRecord }
  /** Somebody else works on it until then. */
  | { readonly kind: 'busy'; readonly untilMs: number }
  /** Time ran out; the rest is for the next worker. */
  | { readonly kind: 'handed_on' }
  /** So many workers died over it that it must be the chunk. */
  | { readonly kind: 'poison'; readonly record: ChunkRecord }

const mostIdleClaims = 4

/**
 * The sentence of the bulk path: claim → stream → plan → write → checkpoint, slice by slice, then settle. Where
 * a worker dies, the next one goes on from the last checkpoint.
 *
 * @throws whatever ledger or bucket throw when they are out of reach: the message comes again
 */
export const loadChunk = async (
  deps: LoadDeps,
  run: RunRecord,
  chunk: ChunkRecord,
  deadline: AbortSignal
): Promise<LoadEnd> => {
  const { ledger, clock } = deps
  const owner = randomUUID()
  const claim = await change<ChunkRecord, ReturnType<typeof claimChunk>['answer']>(ledger, chunk, (record) =>
    claimChunk(record ?? chunk, owner, clock.now(), leaseMs)
  )
  if (claim.kind !== 'claimed') return claim

  const holder = holdChunk(ledger, owner, (await ledger.get<ChunkRecord>(chunk)) ?? claim.record)
  const fail = async (error: string): Promise<LoadEnd> => {
    const record = await holder.write((held) => failChunk(held, error, clock.now()))
    return record ? { kind: 'ended', record } : { kind: 'handed_on' }
  }
  if (holder.record().idleClaims > mostIdleClaims) {
    const error = `${mostIdleClaims} workers ended over it without progress: look at the loader's log, then redrive`
    const record = await holder.write((held) => failChunk(held, error, clock.now()))
    return record ? { kind: 'poison', record } : { kind: 'handed_on' }
  }
  const options = readBulkOptions(readJson(run.optionsOfRedrive ?? run.options) ?? null)
  if (options instanceof Flaw) return fail(options.message)

  try {
    const outcome = await loadRows(deps, run, options, holder, deadline)
    if (outcome === 'handed_on') {
      await holder.write(releaseChunk)
      return { kind: 'handed_on' }
    }
    if (outcome !== 'done') return fail(outcome.error)
    const { expected, rowsDone } = holder.record()
    if (expected !== null && expected !== rowsDone)
      return fail(`the manifest promises ${expected} rows, the chunk has ${rowsDone}`)
    const record = await holder.write((held) => settleChunk(held, clock.now()))
    return record ? { kind: 'ended', record } : { kind: 'handed_on' }
  } catch (error) {
    if (error instanceof ChunkError) return fail(error.message)
    if (error instanceof ObjectGone) return fail(`${error.message}: unload it again under another run`)
    throw error
  }
}

/** The holder's view of its chunk: every write is allowed only while nobody else has claimed it. */
interface Holder {
  record(): ChunkRecord
  /** @returns the record as written; undefined when the chunk is somebody else's by now */
  write(next: (held: ChunkRecord) => ChunkRecord): Promise<ChunkRecord | undefined>
}

const holdChunk = (ledger: LedgerStore, owner: string, claimed: ChunkRecord): Holder => {
  let held = claimed
  return {
    record: () => held,
    async write(next) {
      const changed = { ...next(held), rev: held.rev + 1 }
      if (await ledger.put(changed, held.rev)) {
        held = changed
        return held
      }
      // The answer to our own write may have been lost: then what is stored is what we wrote.
      const stored = await ledger.get<ChunkRecord>(held)
      const isOurs =
        stored?.rev === changed.rev && stored.claims === held.claims && (stored.owner ?? owner) === owner
      if (!isOurs) return undefined
      held = stored
      return held
    }
  }
}

const loadRows = async (
  deps: LoadDeps,
  run: RunRecord,
  options: BulkOptions,
  holder: Holder,
  deadline: AbortSignal
): Promise<'done' | 'handed_on' | { readonly error: string }> => {
  const { clock, store } = deps
  const claimed = holder.record()
  const share = rateShare(deps.ledger, clock, run.run, `${claimed.chunk}#${claimed.claims}`, options.maxWcu)
  const isUntyped =
    claimed.kind === 'rows' ? formatOfChunk(claimed, options).type === 'csv' : isCsvRun(claimed, options)
  let files = 0

  const pages = chunkRowsOf(store, claimed, options, deadline)
  try {
    for await (const slice of slicesOf(pages, share.mostRows)) {
      const sinceMs = clock.now()
      // An earlier claim may have got this far without a checkpoint.
      const isMaybeTaken = claimed.claims > 1 && (slice[0]?.rowNumber ?? 0) < claimed.rowsDone + maxSliceRows
      const outcome: SliceOutcome = await loadSlice(
        deps,
        run,
        options.rows,
        holder,
        slice,
        { isUntyped, isMaybeTaken },
        deadline
      )
      if (outcome.kind !== 'answered') return outcome.kind === 'failed' ? outcome : 'handed_on'

      if (outcome.rejected.length > 0) {
        const { chunk, generation, claims } = claimed
        const key = rejectedPartKey(run.run, chunk, generation, claims, files)
        await store.write(key, await packRejectedRows(outcome.rejected), { signal: deadline })
        files += 1
      }
      const rowsDone = (slice.at(-1)?.rowNumber ?? 0) + 1
      const { counts } = outcome
      const progress = {
        rowsDone,
        counts: countRows(outcome.results),
        writeUnits: counts.writeUnits,
        throttles: counts.throttles,
        reasons: counts.reasons,
        files,
        errors: outcome.rejected
          .slice(0, 1)
          .map(({ number, code, message }) => `row ${number} ${code}: ${message}`)
      }
      if (!(await holder.write((held) => checkpointChunk(held, progress, clock.now(), leaseMs))))
        return 'handed_on'
      await share.paid(counts.writeUnits, slice.length, sinceMs, deadline)
      if (deadline.aborted) return 'handed_on'
    }
  } catch (error) {
    if (deadline.aborted) return 'handed_on'
    throw error
  }
  return 'done'
}

/** Rejected rows keep the typing of the chunk that they came from; its name is theirs. */
const isCsvRun = (record: ChunkRecord, options: BulkOptions): boolean => {
  try {
    return formatOfChunk(record, options).type === 'csv'
  } catch {
    return false
  }
}
