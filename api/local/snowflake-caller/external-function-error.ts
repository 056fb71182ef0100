import type { ExternalFunction } from '../../runtime/external-functions.ts'

/** The statement failed. The message is what a Snowflake user would read. */
export class ExternalFunctionError extends Error {
  override readonly name = 'ExternalFunctionError'
}

// Snowflake shows the beginning of an answer that it does not take, never what it sent itself.
const shownCharacters = 500

const sqlName = ({ name }: ExternalFunction): string => name.toUpperCase()

/** The service answered with a status that fails the statement. */
export const remoteServiceError = (
  fn: ExternalFunction,
  status: number,
  text: string
): ExternalFunctionError =>
  new ExternalFunctionError(
    `Request failed for external function ${sqlName(fn)} with remote service error: ` +
      `${status} '${text.slice(0, shownCharacters)}'`
  )

/** There was no answer, or not one that Snowflake takes. */
export const requestFailed = (fn: ExternalFunction, why: string, cause?: unknown): ExternalFunctionError =>
  new ExternalFunctionError(`Request failed for external function ${sqlName(fn)}. Error: ${why}`, { cause })

/** The answer is not the JSON that the protocol asks for. */
export const unreadableAnswer = (fn: ExternalFunction, why: string): ExternalFunctionError =>
  new ExternalFunctionError(`Error parsing JSON response for external function ${sqlName(fn)}. Error: ${why}`)

/** The statement was cancelled, or had failed already, before this batch was answered. */
export const canceled = (): ExternalFunctionError => new ExternalFunctionError('SQL execution canceled')
