import type { JsonCells } from '../json/json-cells.ts'
import type { JsonSpan } from '../json/json-span.ts'
import type { JsonObject } from '../json/json-value.ts'
import type { RowOptions } from './row-options.ts'

/** A row whose arguments are read: what to write, how, where. */
export interface UnplannedRow {
  readonly rowNumber: number
  /** The object, or its JSON or its cells as they came. */
  readonly item: JsonObject | JsonSpan | JsonCells
  readonly options: RowOptions
  /** An earlier attempt at this row may be in the table: its answer was lost, or its worker died. */
  readonly isMaybeTaken?: boolean
}

/** A row that was planned while it was read, for what was known of its table then. */
export interface PlannedRow {
  readonly rowNumber: number
  readonly options: RowOptions
  readonly isMaybeTaken: false
  /** The row as it came, for another plan. */
  unplanned(): UnplannedRow
}

export type RowToPlan = UnplannedRow | PlannedRow

/** The row as it came, whatever was planned of it. */
export const unplanned = (row: RowToPlan): UnplannedRow => ('unplanned' in row ? row.unplanned() : row)
