import { backoffMs } from '../runtime/backoff.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Answer } from '../wire/answer-reader.ts'
import { DynamodbError, dynamodbError, throttles } from '../wire/dynamodb-error.ts'
import type { DynamodbWire } from '../wire/dynamodb-wire.ts'
import { NotSent, Unanswered } from '../wire/wire-errors.ts'
import { documentOf } from './document.ts'
import { conditionFailed, type Refusal } from './documents.ts'

type Operation = 'GetItem' | 'PutItem' | 'UpdateItem' | 'Query'

interface AnswerBody {
  readonly Item?: object
  readonly Attributes?: object
  readonly Items?: readonly object[]
  readonly LastEvaluatedKey?: object
}

type Outcome =
  | { readonly body: AnswerBody; readonly refusal?: undefined }
  | { readonly body?: undefined; readonly refusal: Refusal }

/** As many as the SDK's client for the ledger makes. */
const mostAttempts = 3

/**
 * A call on the ledger's table by the wire: made up to three times, with a jittered wait in between, while its fault may
 * pass (DynamoDB throttles or fails, no connection, no sure answer). A write that was taken and not answered is
 * made again, too: its refusal then says that it is a repeat.
 *
 * @param answerMs the wire's, for one attempt; a call with all its waits lasts no longer than one more than it makes
 * @throws DynamodbError, NotSent, Unanswered, Aborted; what the SDK throws where it finds no credentials
 */
export const ledgerCall =
  (wire: DynamodbWire, table: string, clock: Clock, answerMs: number) =>
  async (operation: Operation, text: string): Promise<Outcome> => {
    const deadline = clock.deadline((mostAttempts + 1) * answerMs)
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await wire.call(operation, table, (buffer) => buffer.text(text), deadline)
        if (answer.status === 200) return { body: bodyOf(operation, answer) }
        const error = dynamodbError(answer)
        if (error.name !== conditionFailed) throw error
        const document = error.Item && documentOf(error.Item)
        return { refusal: { isMade: false, document, isRepeat: attempt > 1 } }
      } catch (error) {
        if (attempt === mostAttempts || !mayPass(error)) throw error
        await clock.sleep(backoffMs(attempt, clock.random), deadline)
      }
    }
  }

const mayPass = (error: unknown): boolean => {
  if (!(error instanceof DynamodbError)) return error instanceof NotSent || error instanceof Unanswered
  const { httpStatusCode: status } = error.$metadata
  // What is no 200 and no error of a client's is of DynamoDB's trouble, or of somebody's on the way.
  return status < 400 || status >= 500 || throttles.has(error.name)
}

/** @throws Unanswered for a 200 that DynamoDB never sends: somebody on the way made it */
const bodyOf = (operation: Operation, { body, requestId }: Answer): AnswerBody => {
  const read = readBody(body)
  if (read === undefined || !isWhole(operation, read, requestId))
    throw new Unanswered('no answer of DynamoDB')
  return read
}

/** Only an absent item and a put are answered with nothing but the request's id. */
const isWhole = (operation: Operation, read: AnswerBody, requestId: string | undefined): boolean =>
  operation === 'UpdateItem'
    ? isObject(read.Attributes)
    : operation === 'Query'
      ? Array.isArray(read.Items)
      : requestId !== undefined

const readBody = (body: Buffer): AnswerBody | undefined => {
  try {
    const read: unknown = JSON.parse(body.toString('utf8'))
    return isObject(read) ? read : undefined
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
