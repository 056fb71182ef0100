import { randomUUID } from 'node:crypto'
import { type ChunkRecord, releaseChunk } from '../ledger/chunk-record.ts'
import { type ClaimAnswer, claimChunk } from '../ledger/claim-chunk.ts'
import { type LeasedRecord, leasedRecord } from '../ledger/leased-record.ts'
import { change, type LedgerStore } from '../ledger/ledger-store.ts'
import { keepTrying } from '../runtime/keep-trying.ts'
import { leaseMs } from '../runtime/time-budgets.ts'
import type { LoadDeps } from './load-deps.ts'

/** A chunk that is ours for this one visit. */
export type HeldChunk = LeasedRecord<ChunkRecord>

type NotHeld = Exclude<ClaimAnswer, { kind: 'claimed' }>

/**
 * Visits a chunk while it is ours. When the visit throws, the chunk is let go: the next delivery need not wait for the
 * lease; and if the ledger is what failed, it will.
 *
 * @returns what the visit gives; why not, when somebody else has the chunk or it has ended
 */
export const whileHeld = async <T>(
  deps: Pick<LoadDeps, 'ledger' | 'clock'>,
  chunk: ChunkRecord,
  deadline: AbortSignal,
  visit: (held: HeldChunk) => Promise<T>
): Promise<T | NotHeld> => {
  const held = await holdChunk(deps, chunk, deadline)
  if ('kind' in held) return held
  try {
    return await visit(held)
  } catch (error) {
    await held.write(releaseChunk).catch(() => undefined)
    throw error
  }
}

/**
 * Claims a chunk for this one visit. A ledger whose fault may pass is asked again: a visit that ended with each of its
 * faults would count against the chunk, and some such visits make it poison.
 *
 * @returns why not, when somebody else has it or it has ended
 */
const holdChunk = async (
  { ledger: moody, clock }: Pick<LoadDeps, 'ledger' | 'clock'>,
  chunk: ChunkRecord,
  deadline: AbortSignal
): Promise<HeldChunk | NotHeld> => {
  const owner = randomUUID()
  const ledger: Pick<LedgerStore, 'get' | 'put'> = {
    get: (key) => keepTrying(clock, deadline, () => moody.get(key)),
    put: (record, was) => keepTrying(clock, deadline, () => moody.put(record, was))
  }
  const claim = await change<ChunkRecord, ClaimAnswer>(ledger, chunk, (record) =>
    claimChunk(record ?? { ...chunk, rev: 0 }, owner, clock.now(), leaseMs)
  )
  return claim.kind === 'claimed' ? leasedRecord(ledger, clock, claim.record) : claim
}
