import { type AttributeRecord, readItem } from './answer-item.ts'
import type { Answer } from './answer-reader.ts'

/** Names of errors that say: too much at once. */
export const throttles: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'Throttling',
  'RequestLimitExceeded',
  'LimitExceededException',
  'TooManyRequestsException',
  'SlowDown'
])

interface ErrorBody {
  readonly __type?: unknown
  readonly message?: unknown
  readonly Message?: unknown
  readonly ThrottlingReasons?: unknown
  readonly throttlingReasons?: unknown
  readonly Item?: unknown
}

type Reasons = ReadonlyArray<{ readonly reason?: string }>

/** An error that DynamoDB answered, in the form of the SDK's. */
export class DynamodbError extends Error {
  readonly $metadata: { readonly httpStatusCode: number }
  readonly ThrottlingReasons: Reasons | undefined
  /** The item that a condition was false for, where DynamoDB sends it. */
  readonly Item: AttributeRecord | undefined

  constructor(name: string, message: string, status: number, body: ErrorBody) {
    super(message)
    this.name = name
    this.$metadata = { httpStatusCode: status }
    const reasons = body.ThrottlingReasons ?? body.throttlingReasons
    this.ThrottlingReasons = Array.isArray(reasons) ? reasons : undefined
    this.Item = isRecord(body.Item) ? readItem(body.Item) : undefined
  }
}

/** Reads an answer that is not 200. A body that is not DynamoDB's leaves the status as the only thing known. */
export const dynamodbError = ({ status, body, errorType }: Answer): DynamodbError => {
  const read = readBody(body)
  const message = read.message ?? read.Message
  return new DynamodbError(
    nameOf(typeof read.__type === 'string' ? read.__type : errorType),
    typeof message === 'string' ? message : '',
    status,
    read
  )
}

/** `com.amazonaws.dynamodb.v20120810#ValidationException:http://…` → `ValidationException` */
const nameOf = (type = ''): string =>
  /([\w.]+)(?=$|:)/.exec(type.slice(type.indexOf('#') + 1))?.[1] ?? 'UnknownError'

const readBody = (body: Buffer): ErrorBody => {
  try {
    const read: unknown = JSON.parse(body.toString('utf8'))
    return isRecord(read) ? read : {}
  } catch {
    return {}
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
