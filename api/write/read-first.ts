import { holdsAlready } from '../plan/judge.ts'
import type { Key } from '../plan/key.ts'
import { maxKeysPerRead } from '../plan/limits.ts'
import type { PlannedWrite } from '../plan/planned-write.ts'
import { afterFailure } from './after-failure.ts'
import type { CallSource } from './drain-calls.ts'
import { isOver } from './table-doubt.ts'
import type { ReadPort } from './write-port.ts'
import type { WriteTo } from './write-to.ts'

/**
 * Reads the items of writes that want to skip what is unchanged (option `skip_unchanged`) and settles those
 * that would change nothing. A write whose item was read and differs is handed to `differs`.
 */
export const readFirst = (
  writes: readonly PlannedWrite[],
  { table, port, settlement, doubt }: WriteTo<ReadPort>,
  differs: (write: PlannedWrite) => void
): CallSource => {
  const byKey = new Map(writes.map((write) => [write.key.text, write]))
  const unread: Key[] = writes.map(({ key }) => key)
  return {
    isReady: () => !isOver(doubt) && unread.length > 0,
    next: () => async (signal) => {
      const keys = unread.splice(0, maxKeysPerRead)
      settlement.counts.calls += 1
      const answer = await port.read(table, keys, signal)
      if (answer.kind !== 'answered') {
        const asked = keys.map(({ text }) => byKey.get(text)).filter((write) => write !== undefined)
        const { end, next } = await afterFailure(
          answer,
          asked,
          { settlement, doubt, purpose: 'read' },
          signal
        )
        if (next === 'again') unread.push(...keys)
        // A key that cannot be read is for the write itself to judge, row by row.
        if (next === 'apart') for (const write of asked) differs(write)
        return end
      }
      settlement.counts.readUnits += answer.units
      unread.push(...answer.left)
      const left = new Set(answer.left.map(({ text }) => text))
      for (const { text } of keys) {
        const write = byKey.get(text)
        if (write === undefined || left.has(text)) continue
        // What an earlier attempt of this very row may have brought there was not there before it.
        const already = settlement.isMaybeTaken(write) ? 'taken' : ({ status: 'unchanged' } as const)
        if (holdsAlready(write, answer.items.get(text))) settlement.settle(write, already)
        else differs(write)
      }
      return left.size === 0 ? 'taken' : left.size === keys.length ? 'refused' : 'partly'
    }
  }
}
