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
  const made = await Promise.all([...used.values()].slice(0, mostPromises).map((pace) => pace.promise()))
  if (made.includes('refused')) return undefined
  return made.flatMap((promised) => (typeof promised === 'string' ? [] : promised))
}
