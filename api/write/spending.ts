import { unitsOfCall } from '../ledger/meter.ts'
import { type MeterPlaces, meterPlaces, type PlacesDeps } from './meter-places.ts'
import type { CountedUnits } from './pace.ts'
import type { Waits } from './waits.ts'

/** A batch's places at the meter of a budget, where units count that were consumed: those of indexes, too. */
export interface Spending extends Pick<MeterPlaces, 'verdict' | 'ready'> {
  /** Units of the table that its places are enough for. */
  held(): number
  /** Units of the table that a call may carry, of so many that it would. */
  use(units: number): number
  /** The call is over: what it consumed is paid, whatever it was thought to cost. */
  paid(units: number, counted: CountedUnits): void
  promise(
    units: number
  ): Promise<{ readonly table: string; readonly units: number; readonly mark: number } | undefined>
  /** Without the meter: waits until this batch's own clock allows a call. @returns the units that it may carry */
  alone(signal: AbortSignal): Promise<number>
}

/** The part of a new price that counts against the one remembered. */
const priceShare = 0.2

export const spending = (
  name: string,
  deps: PlacesDeps & { readonly named: () => number },
  waits: Waits
): Spending => {
  const { clock, memory, named } = deps
  const places = meterPlaces(name, deps, waits)
  let aloneAt = 0

  /** Units consumed for a unit of the table. */
  const price = (): number => memory.price ?? 1

  return {
    verdict: places.verdict,
    ready: (units, signal) => places.ready(Math.ceil(units * price()), signal),
    held: () => Math.max(1, Math.floor(places.held() / price())),
    use(units) {
      const most = memory.meter ? unitsOfCall(memory.meter) : units
      const asked = Math.max(1, Math.min(units, Math.floor(most / price())))
      const used = places.use(Math.ceil(asked * price()))
      return Math.max(1, Math.min(asked, Math.floor(used / price())))
    },
    paid(units, { accepted, consumed = 0 }) {
      const before = Math.ceil(units * price())
      if (accepted > 0 && consumed > 0) {
        const now = consumed / accepted
        memory.price = memory.price === undefined ? now : price() + priceShare * (now - price())
      }
      places.owe((accepted === 0 ? 0 : consumed || accepted * price()) - before)
    },
    async promise(units) {
      const all = Math.ceil(units * price())
      const mark = await places.promise(all)
      return mark === undefined ? undefined : { table: name, units: all, mark }
    },
    async alone(signal) {
      const rate = named()
      const units = Math.max(1, Math.floor(rate / 4 / price()))
      const atMs = Math.max(clock.now(), aloneAt)
      aloneAt = atMs + ((units * price()) / rate) * 1_000
      if (atMs > clock.now()) await clock.sleep(atMs - clock.now(), signal)
      return units
    }
  }
}
