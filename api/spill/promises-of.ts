import type { Promised } from '../ledger/batch-record.ts'
import type { MeterPace } from '../write/meter-pace.ts'

/** A batch that names more tables makes no promises for the others. */
const mostPromises = 20

/** Tells the meters of a batch what of it goes to the queue; a meter that fails is left out. */
export const promisesOf = async (used: ReadonlyMap<string, MeterPace>): Promise<readonly Promised[]> => {
  const made = await Promise.all(
    [...used].slice(0, mostPromises).map(async ([table, pace]) => {
      const promised = await pace.promise()
      return promised === undefined ? [] : [{ table, ...promised }]
    })
  )
  return made.flat()
}
