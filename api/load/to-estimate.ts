import type { DryTotals, Estimate } from '../ledger/estimate.ts'
import { dollars } from '../runtime/prices.ts'

/** Totals as people read them. */
export const toEstimate = ({ rows, bytes, tableUnits, indexUnits, seconds }: DryTotals): Estimate => {
  const units = Math.round(tableUnits + indexUnits)
  return {
    rows,
    bytes: Math.round(bytes),
    write_units: units,
    dollars: dollars({ write_unit: units }),
    seconds: seconds === null ? null : Math.ceil(seconds)
  }
}
