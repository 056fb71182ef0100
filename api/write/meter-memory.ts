import { type Meter, noReport, type Report } from '../ledger/meter.ts'

/** What one process remembers of one table's meter between batches. */
export interface MeterMemory {
  meter: Meter | undefined
  report: Report
  reportedAt: number
}

export const openMemory = (): MeterMemory => ({ meter: undefined, report: noReport, reportedAt: 0 })
