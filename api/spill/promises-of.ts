import type { Promised } from '../ledger/batch-record.ts'
import type { MeterPace } from '../write/meter-pace.ts'

/** A batch that names more tables makes no promises for the others. */
const mostPromises = 20

/**
 * Tells the meters of a batch what of it goes to the queue.
 *
 * @returns what they promised; undefined when one of them promises nothing: then the batch must not go there, for
 * nobody knows whether the table takes it while Snowflake still polls
 */
export const promisesOf = async (
  used: ReadonlyMap<string, MeterPace>
): Promise<readonly Promised[] | undefined> => {
  const made = await Promise.all(
    [...used].slice(0, mostPromises).map(async ([table, pace]) => ({ table, promised: await pace.promise() }))
  )
  if (made.some(({ promised }) => promised === 'refused')) return undefined
  return made.flatMap(({ table, promised }) => (typeof promised === 'string' ? [] : [{ table, ...promised }]))
}
