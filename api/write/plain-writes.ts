import { maxGroupBytes, maxWritesPerGroup } from '../plan/limits.ts'
import type { PlannedWrite } from '../plan/planned-write.ts'
import { afterFailure } from './after-failure.ts'
import type { Call, CallSource } from './drain-calls.ts'
import type { Settlement } from './settlement.ts'
import { isOver, type TableDoubt } from './table-doubt.ts'
import type { WritePort } from './write-port.ts'

/** JSON names, quotes and escapes make a request larger than its items: up to six characters for one. */
const itemBytesPerGroup = Math.floor(maxGroupBytes / 6)

/**
 * Plain writes as BatchWriteItem calls. What a call leaves is grouped anew with the rest; a group that DynamoDB
 * refuses is split until the guilty row stands alone, so that its neighbours are written.
 */
export const plainWrites = (
  table: string,
  writes: readonly PlannedWrite[],
  port: WritePort,
  settlement: Settlement,
  doubt: TableDoubt
): CallSource => {
  let pool: PlannedWrite[] = [...writes]
  let taken = 0
  const halves: PlannedWrite[][] = []

  const takeGroup = (): PlannedWrite[] => {
    const start = taken
    let bytes = 0
    for (
      let write = pool[taken];
      write !== undefined && taken - start < maxWritesPerGroup;
      write = pool[taken]
    ) {
      if (taken > start && bytes + write.bytes > itemBytesPerGroup) break
      bytes += write.bytes
      taken += 1
    }
    const group = pool.slice(start, taken)
    if (taken === pool.length) {
      pool = []
      taken = 0
    }
    return group
  }

  const send =
    (group: PlannedWrite[]): Call =>
    async (signal) => {
      settlement.attempted(group)
      const answer = await port.batch(table, group, signal)
      if (answer.kind !== 'answered') {
        const { end, next } = await afterFailure(answer, group, settlement, doubt, signal)
        const middle = Math.ceil(group.length / 2)
        if (next === 'again') pool.push(...group)
        if (next === 'apart') halves.push(group.slice(0, middle), group.slice(middle))
        return end
      }
      const left = settlement.answered(group, answer)
      pool.push(...left)
      return left.length === 0 ? 'taken' : left.length === group.length ? 'refused' : 'partly'
    }

  return {
    isReady: () => !isOver(doubt) && (halves.length > 0 || pool.length > 0),
    next: () => send(halves.pop() ?? takeGroup())
  }
}
