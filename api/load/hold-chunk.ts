import { randomUUID } from 'node:crypto'
import { type ChunkRecord, type ClaimAnswer, claimChunk } from '../ledger/chunk-record.ts'
import { change } from '../ledger/ledger-store.ts'
import type { LoadDeps } from './load-deps.ts'

/** A worker that says nothing for so long has lost its chunk. */
export const leaseMs = 60_000
/** Work and waiting go on in spells of this length; between two of them the lease starts anew. */
export const spellMs = 20_000

/** A claimed chunk as its holder sees it: every write is allowed only while nobody else has claimed it. */
export interface HeldChunk {
  record(): ChunkRecord
  /** @returns the record as written; undefined when the chunk is somebody else's by now */
  write(next: (held: ChunkRecord) => ChunkRecord): Promise<ChunkRecord | undefined>
  /** Starts the lease anew where a spell of it is over. @returns false when the chunk is somebody else's by now */
  renew(): Promise<boolean>
  /** Waits in spells. @returns false when the chunk is somebody else's by now, or the deadline struck */
  wait(ms: number, deadline: AbortSignal): Promise<boolean>
}

/** Claims a chunk for this one visit. */
export const holdChunk = async (
  { ledger, clock }: Pick<LoadDeps, 'ledger' | 'clock'>,
  chunk: ChunkRecord
): Promise<HeldChunk | Exclude<ClaimAnswer, { kind: 'claimed' }>> => {
  const owner = randomUUID()
  const claim = await change<ChunkRecord, ClaimAnswer>(ledger, chunk, (record) =>
    claimChunk(record ?? chunk, owner, clock.now(), leaseMs)
  )
  if (claim.kind !== 'claimed') return claim
  const stored = await ledger.get<ChunkRecord>(chunk)
  if (stored?.owner !== owner) return { kind: 'busy', untilMs: stored?.leaseUntilMs ?? clock.now() }

  let held = stored
  const write: HeldChunk['write'] = async (next) => {
    const changed = { ...next(held), rev: held.rev + 1 }
    if (!(await ledger.put(changed, held.rev))) {
      // The answer to our own write may have been lost: then what is stored is what we wrote.
      const now = await ledger.get<ChunkRecord>(held)
      const isOurs = now?.rev === changed.rev && now.claims === held.claims && (now.owner ?? owner) === owner
      if (!isOurs) return undefined
    }
    held = changed
    return held
  }
  const renew = async (): Promise<boolean> => {
    if (held.leaseUntilMs - clock.now() > leaseMs - spellMs) return true
    return (await write((now) => ({ ...now, leaseUntilMs: clock.now() + leaseMs }))) !== undefined
  }
  return {
    record: () => held,
    write,
    renew,
    async wait(ms, deadline) {
      for (let leftMs = ms; leftMs > 0 && !deadline.aborted; leftMs -= spellMs) {
        await clock.sleep(Math.min(leftMs, spellMs), deadline)
        if (!(await renew())) return false
      }
      return !deadline.aborted
    }
  }
}
