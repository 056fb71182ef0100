import { type Meter, meterKey } from '../../ledger/meter.ts'
import type { MeterChange, MeterStore } from '../../ledger/meter-store.ts'

/** Meters in memory: each change as atomic as DynamoDB's. */
export const memoryMeters = (): MeterStore => {
  const meters = new Map<string, Meter>()
  return {
    get: async (table) => meters.get(meterKey(table).pk),
    async create(meter) {
      const known = meters.get(meter.pk)
      if (known === undefined) meters.set(meter.pk, meter)
      return known ?? meter
    },
    async change(table, change) {
      const { pk } = meterKey(table)
      const meter = meters.get(pk)
      if (meter === undefined || !holds(meter, change)) return { isMade: false, meter }
      const changed = changedBy(meter, change)
      meters.set(pk, changed)
      return { isMade: true, meter: changed }
    }
  }
}

const holds = (meter: Meter, { when }: MeterChange): boolean =>
  when.every(([name, is, than]) => {
    const value = Number(meter[name])
    return is === '=' ? value === than : is === '<=' ? value <= than : value >= than
  })

const changedBy = (meter: Meter, { add = {}, set = {} }: MeterChange): Meter => {
  const sums = Object.entries(add).map(([name, amount]) => [
    name,
    Number(meter[name as keyof Meter]) + amount
  ])
  return { ...meter, ...set, ...Object.fromEntries(sums) }
}
