/** What Snowflake tells of a batch beside its rows. Any of it may be missing when another client calls. */
export interface BatchHeaders {
  /** The same on every repeat of the batch and on its polling GETs. */
  readonly batchId: string | undefined
  readonly queryId: string | undefined
  readonly user: string | undefined
  readonly role: string | undefined
  readonly account: string | undefined
  /**
   * Tables that this SQL function may touch: `HEADERS = ('push-tables' = 'orders')`; an empty list means none. Several
   * such headers, which Snowflake never writes, narrow each other: a table must be on all of their lists.
   */
  readonly pushTables: string | undefined
}

type Headers = Readonly<Record<string, string | string[] | undefined>>

/** As HTTP servers and API Gateway name it. */
export const pushTablesHeader = 'sf-custom-push-tables'
/** Between the lists of several headers; no table's name holds it. */
export const listSeparator = '&'

/**
 * Reads the `sf-*` headers. Context values come from their `-base64` twin: in the plain one Snowflake replaces
 * what HTTP does not carry by a blank.
 * https://docs.snowflake.com/en/sql-reference/sql/create-external-function
 *
 * @param rawHeaders names and values in turn, as they came: Node joins headers of one name by commas
 */
export const readBatchHeaders = (headers: Headers, rawHeaders: readonly string[] = []): BatchHeaders => ({
  batchId: one(headers, 'sf-external-function-query-batch-id'),
  queryId: one(headers, 'sf-external-function-current-query-id'),
  user: twin(headers, 'sf-context-current-user'),
  role: twin(headers, 'sf-context-current-role'),
  account: twin(headers, 'sf-context-current-account'),
  pushTables: listsOf(headers[pushTablesHeader], rawHeaders)
})

const listsOf = (value: string | string[] | undefined, raw: readonly string[]): string | undefined => {
  const lists = raw.filter((_, n) => n % 2 === 1 && raw[n - 1]?.toLowerCase() === pushTablesHeader)
  if (lists.length > 1) return lists.join(listSeparator)
  return Array.isArray(value) ? value.join(listSeparator) : value
}

const one = (headers: Headers, name: string): string | undefined => {
  const value = headers[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

const twin = (headers: Headers, name: string): string | undefined => {
  const exact = one(headers, `${name}-base64`)
  return exact === undefined ? one(headers, name) : Buffer.from(exact, 'base64').toString('utf8')
}
