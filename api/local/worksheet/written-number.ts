import { familyOf } from './duck-type.ts'

/** Text as a number of a type, read as Snowflake reads it: DuckDB also takes 1_000, and 1e400 for infinity. */
export const writtenNumber = (text: string, type: string, mode: 'CAST' | 'TRY_CAST'): string => {
  const number = `${mode}(digits_text(${text}) AS ${type})`
  return familyOf(type) === 'float' ? `finite_float(${number}, ${text})` : number
}
