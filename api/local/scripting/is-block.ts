import { tokensOf } from '../worksheet/tokens.ts'

/** BEGIN opens a block unless these follow: then it begins a transaction. */
export const transactionWords = ['TRANSACTION', 'WORK', 'NAME', ';', '']

/** Whether a text is a block of Snowflake Scripting and not a statement of SQL. */
export const isBlock = (sql: string): boolean => {
  const [first, second] = tokensOf(sql).map((token) => token.text.toUpperCase())
  return first === 'DECLARE' || (first === 'BEGIN' && !transactionWords.includes(second ?? ''))
}
