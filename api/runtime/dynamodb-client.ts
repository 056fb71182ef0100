import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { keepProto } from './keep-proto.ts'

/** More calls than the pace ever has in flight for one batch. */
const maxSockets = 96

const leastConnectionMs = 1_000

/** Loopback addresses take any credentials, and need some. */
const loopback = /^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])(:|\/|$)/

export const isLoopback = (endpoint: string | undefined): boolean =>
  endpoint !== undefined && loopback.test(endpoint)

/**
 * A client that leaves pace and deadline to us: no retries of its own, short time-outs, kept-alive connections.
 * The SDK's default would wait for an answer without end and retry four times unseen.
 */
export const dynamodbClient = (endpoint?: string, timeoutMs = 5_000): DynamoDBClient =>
  keepProto(clientOf(endpoint, timeoutMs, 1))

/**
 * A client for our own ledger: the SDK may repeat a call, because every one of them is safe to repeat, and gives
 * up early, because a batch is written without the ledger rather than late.
 */
export const ledgerClient = (endpoint?: string, timeoutMs = 2_000): DynamoDBClient =>
  clientOf(endpoint, timeoutMs, 3)

const clientOf = (endpoint: string | undefined, timeoutMs: number, maxAttempts: number): DynamoDBClient => {
  const local = isLoopback(endpoint)
    ? { region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
    : {}
  const client = new DynamoDBClient({
    ...local,
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts,
    requestHandler: {
      connectionTimeout: Math.max(leastConnectionMs, timeoutMs / 5),
      requestTimeout: timeoutMs,
      // An answer that stops half-way is only seen by this one.
      socketTimeout: timeoutMs,
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: true, maxSockets },
      httpsAgent: { keepAlive: true, maxSockets }
    }
  })
  // It copies every item of a call for a log line that a client without a logger throws away: a tenth of the CPU.
  client.middlewareStack.remove('loggerMiddleware')
  return client
}
