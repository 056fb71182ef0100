import type { TextTerms } from './cell-text.ts'
import type { PlannedWrite } from './planned-write.ts'
import type { ReadJson } from './typed-attribute.ts'

/** What a plan may know beside its rows. */
export interface PlanContext extends Partial<TextTerms> {
  readonly nowMs: number
  /** Where the rows come from, for option `stamp`: query id, and batch id or run and chunk. */
  readonly origin: Readonly<Record<string, string>>
  readonly readJson: ReadJson
  /** Is told each write that a dry run would make. */
  readonly wouldWrite?: (write: PlannedWrite) => void
}
