import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Clock } from '../runtime/clock.ts'
import { clientWire } from '../wire/client-wire.ts'
import type { WireSettings } from '../wire/dynamodb-wire.ts'
import { dynamodbPort } from './dynamodb-port.ts'
import { sdkCalls } from './sdk-calls.ts'
import { tableSchemas } from './table-schemas.ts'
import { wireCalls } from './wire-calls.ts'
import type { Writer } from './write-rows.ts'

export interface WriterSettings {
  /** `PUSH_WRITER`: the lean wire, or the SDK's own road for every call. */
  readonly kind?: 'wire' | 'sdk'
  /** Milliseconds for one call; those of the client. */
  readonly timeoutMs?: number
  readonly tls?: WireSettings['tls']
}

/**
 * The writer of a composition root: rows travel by the lean wire, with endpoint, credentials and clock of the client,
 * which itself looks tables up. The wire's connections end with the client.
 */
export const dynamodbWriter = (
  client: DynamoDBClient,
  clock: Clock,
  { kind = 'wire', timeoutMs = 5_000, tls }: WriterSettings = {}
): Writer => {
  const sdk = sdkCalls(client)
  const port = dynamodbPort(
    kind === 'sdk' ? sdk : wireCalls(clientWire(client, { answerMs: timeoutMs, tls }), sdk)
  )
  return { port, schemas: tableSchemas(client, clock), clock }
}
