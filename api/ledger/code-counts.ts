/** How many rows were rejected for a reason, and which was the first of them. */
export interface CodeCount {
  readonly rows: number
  /** Absent where the first row has been mended since, and nobody has looked for the next. */
  readonly first?: { readonly chunk: string; readonly number: number; readonly message: string }
}

/** Rejected rows by their code. */
export type CodeCounts = Readonly<Record<string, CodeCount>>

/** Rows in their order, as counts. */
export const countCodes = (
  chunk: string,
  rejected: Iterable<{ readonly number: number; readonly code: string; readonly message: string }>
): CodeCounts => {
  const counts: Record<string, CodeCount> = {}
  for (const { number, code, message } of rejected) {
    const known = counts[code]
    counts[code] = { rows: (known?.rows ?? 0) + 1, first: known?.first ?? { chunk, number, message } }
  }
  return counts
}

/** Sums; the first row is that of the left side, where it has one. */
export const addCodes = (a: CodeCounts, b: CodeCounts): CodeCounts => {
  const sum: Record<string, CodeCount> = { ...a }
  for (const [code, { rows, first }] of Object.entries(b)) {
    const known = sum[code]
    const earlier = known?.first ?? first
    sum[code] = { rows: (known?.rows ?? 0) + rows, ...(earlier ? { first: earlier } : {}) }
  }
  return sum
}

/** Without the rows of a chunk that a redrive sent through again: `mended` are its counts from before. */
export const takeCodes = (all: CodeCounts, chunk: string, mended: CodeCounts): CodeCounts => {
  const left: Record<string, CodeCount> = {}
  for (const [code, { rows, first }] of Object.entries(all)) {
    const rest = rows - (mended[code]?.rows ?? 0)
    const isKept = first !== undefined && (mended[code] === undefined || first.chunk !== chunk)
    if (rest > 0) left[code] = { rows: rest, ...(isKept ? { first } : {}) }
  }
  return left
}

/** Sentences for the run status, one a code, the most rows first. */
export const codeLines = (counts: CodeCounts): readonly string[] =>
  Object.entries(counts)
    .toSorted(([, a], [, b]) => b.rows - a.rows)
    .map(([code, { rows, first }]) => {
      const many = `${code}: ${rows} ${rows === 1 ? 'row' : 'rows'}`
      return first ? `${many}, first row ${first.number} of ${first.chunk}: ${first.message}` : many
    })

/** As the audit has it: `"reasons":{"missing_key":5},"first_rows":{"missing_key":{"chunk":"a.ndjson","row":17}}`. */
export const codesForAudit = (
  counts: CodeCounts
): {
  readonly reasons: Readonly<Record<string, number>>
  readonly first_rows: Readonly<Record<string, object>>
} => {
  const entries = Object.entries(counts)
  return {
    reasons: Object.fromEntries(entries.map(([code, { rows }]) => [code, rows])),
    first_rows: Object.fromEntries(
      entries.flatMap(([code, { first }]) =>
        first ? [[code, { chunk: first.chunk, row: first.number }]] : []
      )
    )
  }
}
