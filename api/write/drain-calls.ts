import type { CallEnd, CountedUnits, Pace } from './pace.ts'

/** One call to DynamoDB: settles the rows it can, and gives back to its source what is still to be sent. */
export type Call = (signal: AbortSignal) => Promise<CallEnd | ({ readonly end: CallEnd } & CountedUnits)>

/** Work in calls, cut at the moment a call may go: what was left by earlier calls fills the next one. */
export interface CallSource {
  isReady(): boolean
  /** Only when ready. @param mostUnits write units that the call may carry; one row may be more */
  next(mostUnits?: number): Call
  /** Write units of all that waits, and of the next call. */
  waitingUnits?(): number
  nextUnits?(): number
}

/**
 * Makes calls at the pace's speed until the sources have none left or the deadline strikes. Nothing is in
 * flight any more when this returns; what is settled by then, the sources know.
 *
 * @throws what a call threw, once the others have ended
 */
export const drainCalls = async (
  sources: readonly CallSource[],
  pace: Pace,
  deadline: AbortSignal
): Promise<void> => {
  let running = 0
  let failed: { readonly error: unknown } | undefined
  let wake = (): void => {}
  const ended = (): void => {
    running -= 1
    wake()
  }
  // One promise for all that are in flight: a race would listen to each of them anew after every call.
  const oneEnds = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve
    })

  while (failed === undefined) {
    const first = firstReady(sources)
    if (first === undefined) {
      if (running === 0) return
      await oneEnds()
      continue
    }
    const ticket = await pace.enter(deadline, unitsOf(sources), first.nextUnits?.() ?? 1)
    if (ticket === undefined) break
    const source = firstReady(sources)
    if (source === undefined) {
      pace.leave(ticket, 'settled')
      continue
    }
    running += 1
    source
      .next(ticket.units)(deadline)
      .then((end) => (typeof end === 'string' ? pace.leave(ticket, end) : pace.leave(ticket, end.end, end)))
      .then(ended, (error: unknown) => {
        failed ??= { error }
        pace.leave(ticket, 'settled')
        ended()
      })
  }
  while (running > 0) await oneEnds()
  if (failed) throw failed.error
}

const firstReady = (sources: readonly CallSource[]): CallSource | undefined => {
  for (let n = 0; n < sources.length; n += 1) if (sources[n]?.isReady()) return sources[n]
  return undefined
}

/** Write units of all that waits. */
const unitsOf = (sources: readonly CallSource[]): number => {
  let units = 0
  for (let n = 0; n < sources.length; n += 1) units += sources[n]?.waitingUnits?.() ?? 1
  return units
}
