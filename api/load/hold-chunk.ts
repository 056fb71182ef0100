import { randomUUID } from 'node:crypto'
import type { ChunkRecord } from '../ledger/chunk-record.ts'
import { type ClaimAnswer, claimChunk } from '../ledger/claim-chunk.ts'
import { type LeasedRecord, leasedRecord } from '../ledger/leased-record.ts'
import { change, type LedgerStore } from '../ledger/ledger-store.ts'
import { keepTrying } from '../runtime/keep-trying.ts'
import { leaseMs } from '../runtime/time-budgets.ts'
import type { LoadDeps } from './load-deps.ts'

/** A chunk that is ours for this one visit. */
export type HeldChunk = LeasedRecord<ChunkRecord>

/**
 * Claims a chunk for this one visit. A ledger whose fault may pass is asked again: a visit that ended with each of its
 * faults would count against the chunk, and some such visits make it poison.
 *
 * @returns why not, when somebody else has it or it has ended
 */
export const holdChunk = async (
  { ledger: moody, clock }: Pick<LoadDeps, 'ledger' | 'clock'>,
  chunk: ChunkRecord,
  deadline: AbortSignal
): Promise<HeldChunk | Exclude<ClaimAnswer, { kind: 'claimed' }>> => {
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
