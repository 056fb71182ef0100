/** What one statement gave. */
export interface StatementResult {
  /** Headings, and types as Snowflake names them. */
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  /** Cells as Snowflake's client prints them; a VARIANT, OBJECT or ARRAY is JSON text over several lines. */
  readonly rows: readonly (readonly (string | null)[])[]
  /** The status line of DDL and session statements. */
  readonly status?: string
  /** The statement as typed. */
  readonly sql: string
}
