/** What the option `names` may do to column names. */
export const nameCases = ['as_is', 'lower', 'camel'] as const
export type NameCase = (typeof nameCases)[number]

/**
 * A column's name as an attribute's name.
 *
 * `camel` lower-cases, drops each `_` and raises the letter after it: `CUSTOMER_ID` → `customerId`. A name
 * without `_` that already holds a lower-case letter stays as it is.
 */
export const attributeName = (column: string, nameCase: NameCase): string => {
  switch (nameCase) {
    case 'as_is':
      return column
    case 'lower':
      return column.toLowerCase()
    case 'camel':
      if (!column.includes('_') && column !== column.toUpperCase()) return column
      return column.toLowerCase().replace(/_+(.?)/gsu, (_, letter: string) => letter.toUpperCase())
    default:
      return nameCase satisfies never
  }
}
