import type { CallEnd, Pace } from './pace.ts'

/** One call to DynamoDB: settles the rows it can, and gives back to its source what is still to be sent. */
export type Call = (signal: AbortSignal) => Promise<CallEnd>

/** Work in calls, cut at the moment a call may go: what was left by earlier calls fills the next one. */
export interface CallSource {
  isReady(): boolean
  /** Only when ready. */
  next(): Call
}

/**
 * Makes calls at the pace's speed until the sources have none left or the deadline strikes. Nothing is in
 * flight any more when this returns; what is settled by then, the sources know.
 */
export const drainCalls = async (
  sources: readonly CallSource[],
  pace: Pace,
  deadline: AbortSignal
): Promise<void> => {
  const running = new Set<Promise<void>>()
  for (;;) {
    if (!sources.some((source) => source.isReady())) {
      if (running.size === 0) return
      await Promise.race(running)
      continue
    }
    const ticket = await pace.enter(deadline)
    if (ticket === undefined) break
    const source = sources.find((candidate) => candidate.isReady())
    if (source === undefined) {
      pace.leave(ticket, 'settled')
      continue
    }
    const run = source
      .next()(deadline)
      .then((end) => pace.leave(ticket, end))
      .finally(() => running.delete(run))
    running.add(run)
  }
  await Promise.all(running)
}
