import type { RunRecord } from './run-record.ts'

export type EventClaim =
  | { readonly kind: 'ours'; readonly run: RunRecord }
  /** Somebody else is at it, and may die over it. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'none' }

/** One worker at a time announces the end of a run. */
export const claimEvent = (
  record: RunRecord | undefined,
  nowMs: number,
  claimMs: number
): { readonly next?: RunRecord; readonly answer: EventClaim } => {
  if (record === undefined || !record.isEventDue) return { answer: { kind: 'none' } }
  if (record.eventUntilMs > nowMs) return { answer: { kind: 'busy' } }
  const next = { ...record, eventUntilMs: nowMs + claimMs }
  return { next, answer: { kind: 'ours', run: next } }
}

export const eventIsOut = (record: RunRecord): RunRecord => ({
  ...record,
  isEventDue: false,
  eventUntilMs: 0
})
