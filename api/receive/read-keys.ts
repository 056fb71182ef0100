import { BatchError } from '../decode/batch-error.ts'
import type { Item } from '../plan/item-size.ts'
import type { Key } from '../plan/key.ts'
import { maxKeysPerRead } from '../plan/limits.ts'
import { backoffMs } from '../runtime/backoff.ts'
import { inParallel } from '../runtime/in-parallel.ts'
import { isOver, type TableDoubt } from '../write/table-doubt.ts'
import type { Writer } from '../write/write-rows.ts'

/** Reads under way at the same time, for one table. */
const readsAtOnce = 4

/**
 * Items of one table by the text of their key, in calls of at most 100 keys; those that are not there are missing.
 * Where the table proves to be another than planned for, `doubt` is over and what was found means nothing.
 *
 * @throws BatchError `out_of_time` at the deadline, or when the table cannot be read
 */
export const readKeys = async (
  { port, clock }: Pick<Writer, 'port' | 'clock'>,
  { table, keys }: { readonly table: string; readonly keys: readonly Key[] },
  doubt: TableDoubt,
  deadline: AbortSignal
): Promise<ReadonlyMap<string, Item>> => {
  const items = new Map<string, Item>()
  const distinct = [...new Map(keys.map((key) => [key.text, key])).values()]
  const groups = Array.from({ length: Math.ceil(distinct.length / maxKeysPerRead) }, (_, n) =>
    distinct.slice(n * maxKeysPerRead, (n + 1) * maxKeysPerRead)
  )
  await inParallel(readsAtOnce, groups, async (group) => {
    let left: readonly Key[] = group
    for (let failures = 0; left.length > 0; ) {
      if (deadline.aborted) throw outOfTime()
      const answer = await port.read(table, left, deadline)
      if (answer.kind === 'answered') {
        for (const [text, item] of answer.items) items.set(text, item)
        failures = answer.left.length < left.length ? 0 : failures + 1
        left = answer.left
      } else {
        failures += 1
        if (answer.kind === 'denied') throw unreadable(answer.reason)
        if (answer.kind === 'no_table' || answer.kind === 'invalid') await doubt.raise(deadline)
        if (isOver(doubt)) return
        if (answer.kind === 'invalid') throw unreadable('Its keys are not as expected')
      }
      if (left.length > 0) await clock.sleep(backoffMs(failures, clock.random), deadline)
    }
  })
  return items
}

const outOfTime = (): BatchError =>
  new BatchError(
    'out_of_time',
    'The table did not answer in time, nothing is known of the items. Send it again.'
  )

const unreadable = (reason: string): BatchError =>
  new BatchError('out_of_time', `The table cannot be read. ${reason}. Send it again.`)
