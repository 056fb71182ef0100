import { WorksheetError } from '../worksheet/worksheet-error.ts'

/** An exception of Snowflake Scripting. https://docs.snowflake.com/en/developer-guide/snowflake-scripting/exceptions */
export interface Raised {
  /** `STATEMENT_ERROR`, `EXPRESSION_ERROR`, or the name it was declared with. */
  readonly name: string
  readonly message: string
  /** SQLCODE; of a failed statement only Snowflake knows it. */
  readonly code: number | undefined
  readonly state: string | undefined
}

export class ScriptError extends WorksheetError {
  readonly raised: Raised
  constructor(raised: Raised) {
    super(raised.message)
    this.raised = raised
  }
}

/** A statement was cancelled, or its warehouse went away: no handler runs, and what is open is rolled back. */
export class StatementCancelled extends Error {
  override readonly name = 'StatementCancelled'
}

export const raisedBy = (error: unknown, name: 'STATEMENT_ERROR' | 'EXPRESSION_ERROR'): Raised => {
  if (error instanceof ScriptError) return error.raised
  const message = error instanceof Error ? error.message : String(error)
  return { name, message, code: undefined, state: undefined }
}
