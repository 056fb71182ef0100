import type { TableList } from '../batch/table-list.ts'
import type { LedgerStore } from '../ledger/ledger-store.ts'
import type { MeterStore } from '../ledger/meter-store.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Log } from '../runtime/log.ts'
import type { MessageQueue } from '../store/message-queue.ts'
import type { ObjectStore } from '../store/object-store.ts'
import type { ManagedJobs } from '../write/managed-jobs.ts'
import type { Paces } from '../write/paces.ts'
import type { Writer } from '../write/write-rows.ts'
import type { BulkTables } from './bulk-tables.ts'
import type { ImportTables } from './managed/import-tables.ts'
import type { RunStatus } from './run-status.ts'

/** What the bulk path needs of the world. */
export interface LoadDeps {
  readonly ledger: LedgerStore
  readonly store: ObjectStore
  readonly queue: Pick<MessageQueue, 'send'>
  readonly writer: Writer
  readonly clock: Clock
  readonly isAllowed: TableList
  /** What a manifest that no call announced may load; all tables without deletes unless told. */
  readonly bulkTables?: BulkTables
  /** Where rows take their places; by back-off alone without it. */
  readonly meters?: MeterStore
  /** Jobs of DynamoDB's own; without them runs of managed engines are refused. */
  readonly managed?: ManagedJobs
  /** Tables that engine `import` may make; absent where there is no deployment that could name some. */
  readonly imports?: ImportTables
  /** Announces a run that ended (EventBridge); throws when it could not. */
  readonly announce: (status: RunStatus) => Promise<void>
  readonly log: Log
}

/** The same, with what this process remembers of meters between visits. */
export interface VisitDeps extends LoadDeps {
  readonly paces: Paces
}
