/**
 * The body of one batch as Snowflake prints it: one row a line, row numbers from 0 inside the batch. It is put together
 * from JSON texts, so that every digit of a number stays as SQL gave it.
 * https://docs.snowflake.com/en/sql-reference/external-functions-data-format
 *
 * @param rows for each row its arguments in declared order, each a JSON text.
 */
export const bodyOf = (rows: readonly (readonly string[])[]): string => {
  const lines = rows.map((args, rowNumber) => `[${[rowNumber, ...args].join(',')}]`)
  return `{\n"data":[\n${lines.join(',\n')}\n]\n}`
}
