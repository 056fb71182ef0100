/**
 * A statement that did not run. The message is in Snowflake's manner where Snowflake would refuse too, and says
 * by name what only the local worksheet cannot do.
 */
export class WorksheetError extends Error {
  override readonly name = 'WorksheetError'
  /** Where in which text the mistake is, where the parser says so: `at` counts characters of the script. */
  place: { readonly sql: string; readonly at: number } | undefined
}

/** Something that Snowflake can do and the worksheet cannot: never a guess, always a name. */
export const notSupported = (what: string): WorksheetError =>
  new WorksheetError(`${what} is not supported in the local worksheet`)

/** A statement that Snowflake would not compile either. */
export const compilationError = (problem: string): WorksheetError =>
  new WorksheetError(`SQL compilation error: ${problem}`)
