import { type DynamodbError, dynamodbError } from '../wire/dynamodb-error.ts'
import type { DynamodbWire } from '../wire/dynamodb-wire.ts'
import { callFailure } from './call-failure.ts'
import type { JobAnswer, ManagedJob } from './managed-jobs.ts'

/** One call on a job. */
export interface JobCall {
  readonly operation: string
  readonly table: string
  /** Throws for an answer that has not its form. */
  readonly read: (body: unknown) => ManagedJob
  /** Errors that pass: of others the answer is final. */
  readonly passing: readonly string[]
  /** What helps against an error, by its name. */
  readonly cures?: Readonly<Record<string, string>>
}

/** Sends a call on a job. Never throws: whatever comes back, or does not, is an answer. */
export const askForJob = async (
  wire: DynamodbWire,
  call: JobCall,
  signal: AbortSignal,
  request: object
): Promise<JobAnswer> => {
  const { operation, table, read } = call
  try {
    if (!(await wire.takes(table)))
      return { kind: 'no', reason: `${operation} cannot be sent to this endpoint: use engine 'workers'` }
    const text = JSON.stringify(request)
    const answer = await wire.call(operation, table, (buffer) => buffer.text(text), signal)
    if (answer.status !== 200) return failed(call, dynamodbError(answer))
    return { kind: 'job', job: read(JSON.parse(answer.body.toString('utf8'))) }
  } catch (error) {
    return failed(call, error as Error)
  }
}

/** As much of DynamoDB's own words is passed on. */
export const mostWords = 300

/** Requests hold names of ours and no row, so that DynamoDB's own words may be passed on. */
const failed = ({ operation, passing, cures = {} }: JobCall, error: Error | DynamodbError): JobAnswer => {
  const { name, message } = error
  const words = message.slice(0, mostWords)
  if (name === 'UnknownOperationException')
    return { kind: 'no', reason: `this DynamoDB has no ${operation}: use engine 'workers'` }
  if (passing.includes(name)) return { kind: 'later', reason: `${operation}: ${words} (${name})` }
  const cure = cures[name]
  if (cure !== undefined) return { kind: 'no', reason: `${refusedText(operation, error)}: ${cure}` }
  const failure = callFailure(error)
  // An answer of DynamoDB that says what is wrong with the request.
  const isRefusal = '$metadata' in error && error.$metadata.httpStatusCode < 500
  if (failure.kind === 'lost' && isRefusal) return { kind: 'no', reason: refusedText(operation, error) }
  switch (failure.kind) {
    case 'refused':
    case 'lost':
      return { kind: 'later', reason: failure.reason }
    case 'denied':
      return { kind: 'no', reason: `${operation} is not allowed (${name}): deploy again, and run the doctor` }
    default:
      return { kind: 'no', reason: refusedText(operation, error) }
  }
}

const refusedText = (operation: string, { name, message }: Error): string =>
  `${operation} was refused (${name}): ${message.slice(0, mostWords)}`
