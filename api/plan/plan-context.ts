import type { TextTerms } from './cell-text.ts'
import type { ReadJson } from './typed-attribute.ts'

/** What a plan may know beside its rows. */
export interface PlanContext extends Partial<TextTerms> {
  readonly nowMs: number
  /** Where the rows come from, for option `stamp`: query id, and batch id or run and chunk. */
  readonly origin: Readonly<Record<string, string>>
  readonly readJson: ReadJson
}
