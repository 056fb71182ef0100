import type { Clock } from '../runtime/clock.ts'
import { ledgerClient } from '../runtime/dynamodb-client.ts'
import { once } from '../runtime/once.ts'
import { systemClock } from '../runtime/system-clock.ts'
import { clientWire } from '../wire/client-wire.ts'
import type { WireSettings } from '../wire/dynamodb-wire.ts'
import type { Documents } from './documents.ts'
import { dynamodbLedger } from './dynamodb-ledger.ts'
import { dynamodbMeters } from './dynamodb-meters.ts'
import { dynamodbPushCounts } from './dynamodb-push-counts.ts'
import { type LedgerStore, ledgerTableName } from './ledger-store.ts'
import type { MeterStore } from './meter-store.ts'
import type { PushCounts } from './push-counts.ts'
import { wireDocuments } from './wire-documents.ts'

/** All that is kept in the ledger's table. */
export interface Ledger {
  readonly ledger: LedgerStore
  readonly meters: MeterStore
  readonly pushes: PushCounts
  close(): void
}

export interface LedgerSettings {
  /** Of DynamoDB, where it is not AWS's own. */
  readonly endpoint?: string | undefined
  readonly table?: string
  /** `PUSH_WRITER`: the lean wire, or the SDK's own road for every call. */
  readonly kind?: 'wire' | 'sdk'
  /** For one attempt at a call. */
  readonly answerMs?: number
  readonly tls?: WireSettings['tls']
  readonly clock?: Clock
}

/**
 * The ledger of a composition root. Its calls go by the lean wire, as rows do, with endpoint and credentials of an SDK
 * client of its own; that client's code for records is loaded by the first call that needs it.
 */
export const openLedger = (settings: LedgerSettings = {}): Ledger => {
  const {
    endpoint,
    table = ledgerTableName,
    kind = 'wire',
    answerMs = 2_000,
    clock = systemClock,
    tls
  } = settings
  const client = ledgerClient(endpoint, answerMs)
  const sdk = lazyDocuments(async () => (await import('./sdk-documents.ts')).sdkDocuments(client, table))
  const documents =
    kind === 'sdk'
      ? sdk
      : wireDocuments(table, { wire: clientWire(client, { answerMs, tls }), sdk, clock, answerMs })
  return {
    ledger: dynamodbLedger(documents),
    meters: dynamodbMeters(documents),
    pushes: dynamodbPushCounts(documents),
    close: () => client.destroy()
  }
}

const lazyDocuments = (open: () => Promise<Documents>): Documents => {
  const opened = once(open)
  return {
    get: async (...asked) => (await opened()).get(...asked),
    put: async (...asked) => (await opened()).put(...asked),
    update: async (...asked) => (await opened()).update(...asked),
    async *list(...asked) {
      yield* (await opened()).list(...asked)
    }
  }
}
