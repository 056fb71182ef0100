import { maxGroupBytes, maxWritesPerGroup } from '../plan/limits.ts'
import { type PlannedWrite, writeUnits } from '../plan/planned-write.ts'
import { afterFailure } from './after-failure.ts'
import type { Call, CallSource } from './drain-calls.ts'
import { isOver } from './table-doubt.ts'
import { isThrottled } from './write-port.ts'
import type { WriteTo } from './write-to.ts'

/** JSON makes a request larger than its items: a control character takes six bytes for one, a `false` 15 for two. */
const itemBytesPerGroup = Math.floor(maxGroupBytes / 8)

/** Lost answers after which the writes of a group are tried apart. */
const mostTogether = 3

/**
 * Plain writes as BatchWriteItem calls. What a call leaves is grouped anew with the rest; a group that DynamoDB
 * refuses, or fails at again and again, is split until the guilty row stands alone, so that its neighbours are
 * written.
 */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one closure over the pool of writes and its halves; its functions are short
export const plainWrites = (writes: readonly PlannedWrite[], to: WriteTo): CallSource => {
  const { table, port, settlement, doubt } = to
  let pool: PlannedWrite[] = [...writes]
  let taken = 0
  let poolUnits = unitsOf(writes)
  const halves: PlannedWrite[][] = []

  const putBack = (left: readonly PlannedWrite[]): void => {
    pool.push(...left)
    poolUnits += unitsOf(left)
  }

  /** The next group as it would be taken now: at most 25 writes, 16 MB and so many units, but one write always. */
  const nextGroup = (mostUnits: number): { readonly end: number; readonly units: number } => {
    let [bytes, units, end] = [0, 0, taken]
    for (let write = pool[end]; write !== undefined && end - taken < maxWritesPerGroup; write = pool[end]) {
      const more = writeUnits(write)
      bytes += write.bytes
      if (end > taken && (bytes > itemBytesPerGroup || units + more > mostUnits)) break
      units += more
      end += 1
    }
    return { end, units }
  }

  const takeGroup = (mostUnits: number): PlannedWrite[] => {
    const { end, units } = nextGroup(mostUnits)
    const group = pool.slice(taken, end)
    taken = end
    poolUnits -= units
    if (taken === pool.length) {
      pool = []
      taken = 0
    }
    return group
  }

  /** All of them failed again and again: DynamoDB may stumble over one of them. */
  const isUnlucky = (group: readonly PlannedWrite[]): boolean =>
    group.length > 1 && group.every((write) => settlement.attempts(write) >= mostTogether)

  const send =
    (group: PlannedWrite[]): Call =>
    async (signal) => {
      settlement.called()
      const answer = await port.batch(table, group, signal)
      if (answer.kind !== 'answered') {
        const { end, next } = await afterFailure(answer, group, to, signal)
        const middle = Math.ceil(group.length / 2)
        const isApart = next === 'apart' || (next === 'again' && answer.kind === 'lost' && isUnlucky(group))
        if (isApart) halves.push(group.slice(0, middle), group.slice(middle))
        else if (next === 'again') putBack(group)
        return { end, accepted: 0, refused: isThrottled(answer) ? unitsOf(group) : 0 }
      }
      const left = settlement.answered(group, answer)
      if (left.length > 0) {
        settlement.counts.throttles += 1
        settlement.because('DynamoDB throttles and left writes unprocessed')
      }
      putBack(left)
      const refused = unitsOf(left)
      const end = left.length === 0 ? 'taken' : left.length === group.length ? 'refused' : 'partly'
      return { end, accepted: unitsOf(group) - refused, refused, consumed: answer.units }
    }

  return {
    isReady: () => !isOver(doubt) && (halves.length > 0 || pool.length > 0),
    next: (mostUnits = Number.POSITIVE_INFINITY) => send(halves.pop() ?? takeGroup(mostUnits)),
    waitingUnits: () => poolUnits + halves.reduce((units, half) => units + unitsOf(half), 0),
    nextUnits: () => {
      const half = halves.at(-1)
      return half === undefined ? nextGroup(Number.POSITIVE_INFINITY).units : unitsOf(half)
    }
  }
}

const unitsOf = (writes: readonly PlannedWrite[]): number => {
  let units = 0
  for (let n = 0; n < writes.length; n += 1) units += writeUnits(writes[n] as PlannedWrite)
  return units
}
