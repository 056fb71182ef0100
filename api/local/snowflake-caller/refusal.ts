import { noReply } from './exchange.ts'
import { type ExternalFunctionError, remoteServiceError, requestFailed } from './external-function-error.ts'
import { readReply } from './read-reply.ts'
import type { Exchanged } from './send.ts'
import type { Statement } from './statement.ts'

/** The error for a reply that ends the statement: its status and the beginning of its text, as Snowflake shows them. */
export const refusal = async (
  { fn, compression }: Statement,
  reply: Exchanged
): Promise<ExternalFunctionError> => {
  if (reply.status === noReply)
    return requestFailed(
      fn,
      'Remote service cannot be reached. Check the endpoint URL and try again.',
      reply.cause
    )
  const read = await readReply(reply, compression === 'gzip')
  return remoteServiceError(fn, reply.status, 'text' in read ? read.text : read.problem)
}
