import type { LedgerStore } from '../ledger/ledger-store.ts'
import type { MeterStore } from '../ledger/meter-store.ts'
import type { PushCounts } from '../ledger/push-counts.ts'
import type { Log } from '../runtime/log.ts'
import type { MessageQueue } from '../store/message-queue.ts'
import type { ObjectStore } from '../store/object-store.ts'

/** What it takes to answer a batch once, however often and slowly: the ledger, and a place for what is left. */
export interface OnceDeps {
  readonly ledger: Pick<LedgerStore, 'get' | 'put'>
  /** Without meters every batch backs off by itself, and none is sent away before its deadline. */
  readonly meters: MeterStore | undefined
  readonly store: Pick<ObjectStore, 'read' | 'write' | 'remove'>
  /** The bucket of the audit, where it is another than that of spilled rows. */
  readonly audit?: Pick<ObjectStore, 'write'>
  /** The queue of spilled batches. */
  readonly queue: Pick<MessageQueue, 'send'>
  /** Where pushes are counted for the audit; without it they are not. */
  readonly pushes?: PushCounts
  readonly log: Log
}
