import { randomUUID } from 'node:crypto'
import type { ChunkRecord } from '../ledger/chunk-record.ts'
import { type ClaimAnswer, claimChunk } from '../ledger/claim-chunk.ts'
import { type LeasedRecord, leasedRecord } from '../ledger/leased-record.ts'
import { change } from '../ledger/ledger-store.ts'
import { leaseMs } from '../runtime/time-budgets.ts'
import type { LoadDeps } from './load-deps.ts'

/** A chunk that is ours for this one visit. */
export type HeldChunk = LeasedRecord<ChunkRecord>

/** Claims a chunk for this one visit. @returns why not, when somebody else has it or it has ended */
export const holdChunk = async (
  { ledger, clock }: Pick<LoadDeps, 'ledger' | 'clock'>,
  chunk: ChunkRecord
): Promise<HeldChunk | Exclude<ClaimAnswer, { kind: 'claimed' }>> => {
  const owner = randomUUID()
  const claim = await change<ChunkRecord, ClaimAnswer>(ledger, chunk, (record) =>
    claimChunk(record ?? { ...chunk, rev: 0 }, owner, clock.now(), leaseMs)
  )
  return claim.kind === 'claimed' ? leasedRecord(ledger, clock, claim.record) : claim
}
