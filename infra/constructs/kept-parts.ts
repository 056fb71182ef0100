import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { EventBus } from 'aws-cdk-lib/aws-events'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import { loadVisitMs, spillVisitMs } from '../../api/runtime/time-budgets.ts'
import type { Settings } from '../settings.ts'
import { bucketArnOf, type Called } from './called.ts'
import { ChunkBucket } from './chunk-bucket.ts'
import { Heartbeat } from './heartbeat.ts'
import { LedgerTable } from './ledger-table.ts'
import { allowServices, OwnKey } from './own-key.ts'
import { type TableObjects, TargetTables } from './target-tables.ts'
import { WorkQueue } from './work-queue.ts'

/** A chunk that takes longer is handed on at its checkpoint. */
export const loadVisit = Duration.millis(loadVisitMs)
/** Somebody polls for the rows meanwhile. */
export const spillVisit = Duration.millis(spillVisitMs)

export interface KeptPartsProps {
  readonly settings: Settings
  readonly called: Called
  readonly tables?: TableObjects
  /** A key of the app in place of one of our own. */
  readonly key?: IKey | undefined
}

/** What must outlive a deployment: tables, ledger, bucket, and the work that waits in queues. */
export class KeptParts extends Construct {
  readonly key: IKey | undefined
  readonly tables: TargetTables
  readonly ledger: LedgerTable
  readonly chunks: ChunkBucket
  readonly loadQueue: WorkQueue
  readonly spillQueue: WorkQueue
  readonly events: EventBus

  constructor(scope: Construct, id: string, { settings, called, tables, key: given }: KeptPartsProps) {
    super(scope, id)
    const { bucket } = called
    if (given) allowServices(given)
    this.key =
      given ??
      (settings.ownKey ? new OwnKey(this, 'OwnKey', called.name, bucketArnOf(bucket)).key : undefined)
    const { key } = this
    this.tables = new TargetTables(this, 'Tables', settings.tables, {
      ...{ key, objects: tables },
      imports: Object.keys(settings.bulk.imports)
    })
    this.ledger = new LedgerTable(this, 'Ledger', called.ledger, key)
    this.loadQueue = new WorkQueue(this, 'Load', { visit: loadVisit, key })
    this.spillQueue = new WorkQueue(this, 'Spill', { visit: spillVisit, key })
    this.chunks = new ChunkBucket(this, 'Chunks', {
      name: bucket,
      arrivals: this.loadQueue.work,
      keepDays: settings.keepDays,
      key,
      auditQueue: settings.snowflake.auditQueue
    })
    new Heartbeat(this, 'Heartbeat', { load: this.loadQueue, spill: this.spillQueue, key })
    this.events = new EventBus(this, 'Events', { eventBusName: called.events })
    // Others hang their rules on it.
    this.events.applyRemovalPolicy(RemovalPolicy.RETAIN)
  }

  /** What set-up and doctor read: infra/outputs.ts makes one file of it. */
  outputs(): Readonly<Record<string, string>> {
    return {
      Bucket: this.chunks.bucket.bucketName,
      EventBus: this.events.eventBusName,
      LoadQueueUrl: this.loadQueue.work.queueUrl,
      LoadDeadLettersUrl: this.loadQueue.deadLetters.queueUrl,
      SpillQueueUrl: this.spillQueue.work.queueUrl,
      SpillDeadLettersUrl: this.spillQueue.deadLetters.queueUrl
    }
  }
}
