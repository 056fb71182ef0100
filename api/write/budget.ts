import type { Meter } from '../ledger/meter.ts'

/** Write units a second that may be spent on a table, as options name them. */
export interface Budget {
  readonly maxWcu: number | undefined
  /** Percent of what the table takes. */
  readonly maxShare: number | undefined
}

/** The smallest that rows of one table name; undefined when none does. */
export const budgetOf = (rows: ReadonlyArray<{ readonly options: Budget }>): Budget | undefined => {
  let [maxWcu, maxShare] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  // The rows of a batch share their options, as a rule.
  let before: Budget | undefined
  for (let n = 0; n < rows.length; n += 1) {
    const { options } = rows[n] as { readonly options: Budget }
    if (options === before) continue
    before = options
    maxWcu = Math.min(maxWcu, options.maxWcu ?? maxWcu)
    maxShare = Math.min(maxShare, options.maxShare ?? maxShare)
  }
  const known = (least: number): number | undefined => (Number.isFinite(least) ? least : undefined)
  return Number.isFinite(Math.min(maxWcu, maxShare))
    ? { maxWcu: known(maxWcu), maxShare: known(maxShare) }
    : undefined
}

/** What a table takes of which nothing is known yet. */
const unknownUnits = 1_000

/**
 * Units a second of a budget.
 *
 * @param stated what the table says that it takes
 * @param meter what was measured of it: a share is one of the smaller of the two
 */
export const budgetRate = (
  { maxWcu, maxShare }: Budget,
  stated: number | undefined,
  meter: Meter | undefined
): number => {
  const seen = meter?.rate ?? stated ?? unknownUnits
  const taken = Math.min(seen, stated ?? seen)
  return Math.max(1, Math.min(maxWcu ?? taken, maxShare === undefined ? taken : (taken * maxShare) / 100))
}
