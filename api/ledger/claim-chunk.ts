import { type ChunkRecord, isEnded } from './chunk-record.ts'

export type ClaimAnswer =
  | { readonly kind: 'claimed'; readonly record: ChunkRecord }
  /** Somebody else works on it. */
  | { readonly kind: 'busy'; readonly untilMs: number }
  | { readonly kind: 'ended'; readonly record: ChunkRecord }

/**
 * One worker at a time: take the chunk if nobody has it, or if the holder's lease ran out.
 *
 * @param owner a name of this one claim: when the answer to it was lost, it finds itself here
 */
export const claimChunk = (
  record: ChunkRecord,
  owner: string,
  nowMs: number,
  leaseMs: number
): { readonly next?: ChunkRecord; readonly answer: ClaimAnswer } => {
  if (isEnded(record)) return { answer: { kind: 'ended', record } }
  if (record.state === 'loading' && record.owner === owner) return { answer: { kind: 'claimed', record } }
  if (record.state === 'loading' && record.leaseUntilMs > nowMs)
    return { answer: { kind: 'busy', untilMs: record.leaseUntilMs } }
  const next: ChunkRecord = {
    ...record,
    rev: record.rev + 1,
    state: 'loading',
    owner,
    leaseUntilMs: nowMs + leaseMs,
    claims: record.claims + 1,
    idleClaims: record.idleClaims + 1,
    startedMs: record.startedMs ?? nowMs
  }
  return { next, answer: { kind: 'claimed', record: next } }
}

/** Claims without any progress, after which it must be the chunk that ends its workers. */
const mostIdleClaims = 4

export const isPoison = ({ idleClaims }: ChunkRecord): boolean => idleClaims > mostIdleClaims
