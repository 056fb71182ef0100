import { addCodes, type CodeCounts } from './code-counts.ts'
import { addTotals, type DryTotals } from './estimate.ts'
import { addCounts, type RowCounts } from './row-counts.ts'

/** What a slice came to, or several in a row. */
export interface Progress {
  readonly rowsDone: number
  readonly counts: RowCounts
  readonly writeUnits: number
  readonly throttles: number
  readonly reasons: Readonly<Record<string, number>>
  /** Files of rejected rows that this claim has written so far. */
  readonly files: number
  readonly codes: CodeCounts
  readonly errors: readonly string[]
  readonly dry?: DryTotals | undefined
}

/** Two slices, the later one second, as one. */
export const addProgress = (a: Progress, b: Progress): Progress => ({
  rowsDone: b.rowsDone,
  counts: addCounts(a.counts, b.counts),
  writeUnits: a.writeUnits + b.writeUnits,
  throttles: a.throttles + b.throttles,
  reasons: addReasons(a.reasons, b.reasons),
  files: b.files,
  codes: addCodes(a.codes, b.codes),
  errors: [...a.errors, ...b.errors],
  dry: a.dry && b.dry ? addTotals(a.dry, b.dry) : (a.dry ?? b.dry)
})

export const addReasons = (
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>
): Record<string, number> => {
  const sum = { ...a }
  for (const [reason, times] of Object.entries(b)) sum[reason] = (sum[reason] ?? 0) + times
  return sum
}
