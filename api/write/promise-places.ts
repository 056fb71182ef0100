import type { Meter } from '../ledger/meter.ts'
import { toPromise, toPromiseWith } from '../ledger/meter-changes.ts'
import type { MeterChange } from '../ledger/meter-store.ts'
import type { Clock } from '../runtime/clock.ts'
import type { MeterView } from './meter-view.ts'

/** What has to change before anybody takes places or is promised some. */
export type ToMend = (meter: Meter, nowMs: number) => MeterChange | undefined

const mostRaces = 8

/**
 * Promises units to the queue at the meter as it stands: by an old view, or one of a meter that idles, whose head has run
 * past all places, too much would be promised.
 *
 * @returns their last place; undefined when more waits than the table surely takes in time
 */
export const promisePlaces = async (
  view: MeterView,
  toMend: ToMend,
  clock: Clock,
  { units, isBegun }: { readonly units: number; readonly isBegun: boolean }
): Promise<number | undefined> => {
  for (let tries = 0; tries < mostRaces; tries += 1) {
    const meter = await view.current()
    const nowMs = clock.now()
    const mended = toMend(meter, nowMs)
    const promise = mended
      ? toPromiseWith(mended, meter, nowMs, { units, isBegun })
      : toPromise(meter, units, nowMs, { isBegun })
    if (promise === undefined) return undefined
    const when = [...promise.when, ['v', '=', meter.v] as const]
    if (await view.make({ ...promise, when })) return (await view.current()).end
    if (!mended && (await view.current()).v === meter.v) return undefined
  }
  return undefined
}
