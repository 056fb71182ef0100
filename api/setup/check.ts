import type { ResultRow } from './session.ts'

/** How to see whether a statement has been done: what to ask, and how to read the answer. */
export interface StatementCheck {
  readonly probe: string
  readonly isDone: (rows: readonly ResultRow[]) => boolean
}
