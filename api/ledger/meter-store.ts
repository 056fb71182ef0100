import type { Meter } from './meter.ts'

type Numbers = Partial<Record<keyof Meter, number>>

/** A change of a meter: numbers to add and to set, if all comparisons hold. */
export interface MeterChange {
  readonly add?: Numbers
  readonly set?: Numbers
  readonly when: ReadonlyArray<readonly [name: keyof Meter, is: '=' | '<=' | '>=', than: number]>
}

/** Meters, each changed by one conditional write. Every method throws when the ledger does not answer. */
export interface MeterStore {
  get(table: string): Promise<Meter | undefined>
  /** Puts a first meter; one that is there stays. @returns the meter that is there now */
  create(meter: Meter): Promise<Meter>
  /** @returns the meter as it is now, and whether the change was made */
  change(
    table: string,
    change: MeterChange
  ): Promise<{ readonly isMade: boolean; readonly meter: Meter | undefined }>
}
