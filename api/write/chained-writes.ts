import { type PlannedWrite, writeUnits } from '../plan/planned-write.ts'
import { afterFailure } from './after-failure.ts'
import type { CallSource } from './drain-calls.ts'
import { isOver } from './table-doubt.ts'
import { isThrottled } from './write-port.ts'
import type { WriteTo } from './write-to.ts'

/**
 * Writes that need a call of their own: updates and conditional ones. Those of one key go one after another;
 * different keys do not wait for each other.
 */
export const chainedWrites = (chains: ReadonlyArray<readonly PlannedWrite[]>, to: WriteTo): CallSource => {
  const { table, port, settlement, doubt } = to
  const ready = new Set<Iterator<PlannedWrite>>()
  const current = new Map<Iterator<PlannedWrite>, PlannedWrite>()

  const advance = (chain: Iterator<PlannedWrite>): void => {
    const { value, done } = chain.next()
    if (done) current.delete(chain)
    else {
      current.set(chain, value)
      ready.add(chain)
    }
  }
  for (const chain of chains) advance(chain[Symbol.iterator]())

  return {
    isReady: () => !isOver(doubt) && ready.size > 0,
    // What hangs behind the first write of a key is not counted: it may never be sent.
    waitingUnits: () => ready.size,
    nextUnits: () => {
      const [chain] = ready
      return unitsOf(chain && current.get(chain))
    },
    next: () => async (signal) => {
      const [chain] = ready
      const write = chain && current.get(chain)
      if (chain === undefined || write === undefined) return 'settled'
      ready.delete(chain)
      settlement.called()
      const answer = await port.single(table, write, settlement.isMaybeTaken(write), signal)
      if (answer.kind === 'answered') {
        const isLeft = settlement.answered([write], answer).length > 0
        if (isLeft) {
          settlement.because('other writers keep changing the item')
          ready.add(chain)
        } else advance(chain)
        // The item changed between the refusal and the look at it: a matter of back-off, not of waiting for nothing.
        const units = writeUnits(write)
        const counted = { accepted: units, refused: 0, consumed: answer.units }
        return isLeft ? { end: 'partly', ...counted } : { end: 'taken', ...counted }
      }
      const { end, next } = await afterFailure(answer, [write], to, signal)
      if (next === 'again') ready.add(chain)
      else if (settlement.isSettled(write)) advance(chain)
      return { end, accepted: 0, refused: isThrottled(answer) ? writeUnits(write) : 0 }
    }
  }
}

const unitsOf = (write: PlannedWrite | undefined): number => (write === undefined ? 0 : writeUnits(write))
