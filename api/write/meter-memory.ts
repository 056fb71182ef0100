import { type Meter, noReport, type Report } from '../ledger/meter.ts'

/** What one process remembers of one table's meter between batches. */
export interface MeterMemory {
  meter: Meter | undefined
  report: Report
  reportedAt: number
  /** The highest rate under which a call of the report went out. */
  reportRate: number
  /** What the last call of the ledger took, in ms; at most as long as places are waited for. */
  tookMs: number
  /** Units consumed for a unit of the table, indexes included; on the meter of a budget. */
  price?: number
}

export const openMemory = (): MeterMemory => ({
  meter: undefined,
  report: noReport,
  reportedAt: 0,
  reportRate: 0,
  tookMs: 0
})
