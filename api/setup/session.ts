/** A row of a result: column → text. Numbers stay text. */
export type ResultRow = Readonly<Record<string, string | null>>

/** One session with Snowflake; a statement that it refuses throws `SqlError`. */
export interface Session {
  run(sql: string): Promise<readonly ResultRow[]>
  close(): Promise<void>
}

/** Snowflake's refusal: its code as six digits, its text. */
export class SqlError extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * "Does not exist or not authorized", of objects, integrations and functions. 002139 took the place of 002140 for functions in 2026
 * (https://docs.snowflake.com/en/release-notes/bcr-bundles/2026_01/bcr-2124); the next code shall be known by its words.
 */
export const isAbsent = (error: unknown): boolean =>
  error instanceof SqlError &&
  (['002003', '002043', '002141', '002140', '002139'].includes(error.code) ||
    /does not exist or not authorized|^SQL compilation error:\s+Unknown (user-defined )?function/i.test(
      error.message
    ))

/** "Insufficient privileges", or a role that the user may not take on. */
export const isForbidden = (error: unknown): boolean =>
  error instanceof SqlError && ['003001', '002043', '003013'].includes(error.code)
