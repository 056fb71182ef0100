/** One statement and the rows that Snowflake gives for it: cells as its client prints them, VARIANTs compact. */
export interface Case {
  readonly sql: string
  readonly rows: readonly (readonly (string | null)[])[]
}

/** A statement of one cell. */
export const cell = (sql: string, value: string | null): Case => ({ sql, rows: [[value]] })

/** A statement of one row. */
export const row = (sql: string, ...values: readonly (string | null)[]): Case => ({ sql, rows: [values] })

/** A statement of one column. */
export const column = (sql: string, ...values: readonly (string | null)[]): Case => ({
  sql,
  rows: values.map((value) => [value])
})

export const rows = (sql: string, ...values: readonly (readonly (string | null)[])[]): Case => ({
  sql,
  rows: values
})
