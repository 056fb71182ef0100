import type { ExternalFunction } from '../../runtime/external-functions.ts'

/** What the headers of a statement say besides the function itself. */
export interface StatementHeaders {
  readonly queryId: string
  readonly compression: 'gzip' | 'none'
  /** Values by context function, e.g. `{CURRENT_USER: 'ADA'}`. */
  readonly context: Readonly<Record<string, string>>
  /** Values of the function's HEADERS clause by name. */
  readonly constants: Readonly<Record<string, string>>
}

/**
 * The headers that Snowflake sends, with one statement's values.
 * https://docs.snowflake.com/en/sql-reference/external-functions-data-format
 *
 * @returns the headers for a batch id; they are the same for every attempt and every poll of that batch.
 */
export const batchHeaders = (
  fn: ExternalFunction,
  { queryId, compression, context, constants }: StatementHeaders
): ((batchId: string) => Readonly<Record<string, string>>) => {
  const signature = `(${fn.args.map(([name, type]) => `${name} ${type}`).join(', ')})`
  const ofStatement = {
    accept: '*/*',
    ...(compression === 'gzip' && { 'accept-encoding': 'gzip', 'content-encoding': 'gzip' }),
    'content-type': 'application/json',
    'user-agent': 'snowflake/1.0',
    'sf-external-function-format': 'json',
    'sf-external-function-format-version': '1.0',
    'sf-external-function-current-query-id': queryId,
    ...withTwin('sf-external-function-name', fn.name.toUpperCase()),
    ...withTwin('sf-external-function-signature', signature),
    ...withTwin('sf-external-function-return-type', 'VARIANT'),
    ...Object.fromEntries(Object.entries(constants).map(([name, value]) => [`sf-custom-${name}`, value])),
    ...Object.assign(
      {},
      ...Object.entries(context).map(([name, value]) => withTwin(contextHeader(name), value))
    )
  }
  return (batchId) => ({ ...ofStatement, 'sf-external-function-query-batch-id': batchId })
}

const contextHeader = (contextFunction: string): string =>
  `sf-context-${contextFunction.toLowerCase().replaceAll('_', '-')}`

/** Each run of characters that a header cannot carry becomes one space; the twin holds the text as it is. */
const withTwin = (name: string, value: string): Record<string, string> => ({
  [name]: value.replace(/[^\x20-\x7e]+/g, ' '),
  [`${name}-base64`]: Buffer.from(value, 'utf8').toString('base64')
})
