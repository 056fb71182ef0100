import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib'
import { EventBus } from 'aws-cdk-lib/aws-events'
import type { Key } from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'
import { loadVisitMs, spillVisitMs } from '../../api/runtime/time-budgets.ts'
import { ChunkBucket } from '../constructs/chunk-bucket.ts'
import { Heartbeat } from '../constructs/heartbeat.ts'
import { LedgerTable } from '../constructs/ledger-table.ts'
import { OwnKey } from '../constructs/own-key.ts'
import { TargetTables } from '../constructs/target-tables.ts'
import { WorkQueue } from '../constructs/work-queue.ts'
import type { Settings } from '../settings.ts'

/** A chunk that takes longer is handed on at its checkpoint. */
export const loadVisit = Duration.millis(loadVisitMs)
/** Somebody polls for the rows meanwhile. */
export const spillVisit = Duration.millis(spillVisitMs)

/** What must outlive a deployment: tables, ledger, bucket, and the work that waits in queues. */
export class StateStack extends Stack {
  readonly key: Key | undefined
  readonly tables: TargetTables
  readonly ledger: LedgerTable
  readonly chunks: ChunkBucket
  readonly loadQueue: WorkQueue
  readonly spillQueue: WorkQueue
  readonly events: EventBus

  constructor(scope: Construct, id: string, settings: Settings, props: StackProps = {}) {
    super(scope, id, { ...props, terminationProtection: true, description: 'push_to_dynamo: what is kept' })
    const { name } = settings
    this.key = settings.ownKey ? new OwnKey(this, 'OwnKey', name).key : undefined
    const { key } = this
    this.tables = new TargetTables(this, 'Tables', settings.tables, key)
    this.ledger = new LedgerTable(this, 'Ledger', name, key)
    this.loadQueue = new WorkQueue(this, 'Load', { visit: loadVisit, key })
    this.spillQueue = new WorkQueue(this, 'Spill', { visit: spillVisit, key })
    this.chunks = new ChunkBucket(this, 'Chunks', {
      name,
      arrivals: this.loadQueue.work,
      keepDays: settings.keepDays,
      key,
      auditQueue: settings.snowflake.auditQueue
    })
    new Heartbeat(this, 'Heartbeat', { load: this.loadQueue, spill: this.spillQueue, key })
    this.events = new EventBus(this, 'Events', { eventBusName: name })
    // Others hang their rules on it.
    this.events.applyRemovalPolicy(RemovalPolicy.RETAIN)

    // infra/outputs.ts makes one file of these.
    const outputs = {
      Bucket: this.chunks.bucket.bucketName,
      EventBus: this.events.eventBusName,
      LoadQueueUrl: this.loadQueue.work.queueUrl,
      LoadDeadLettersUrl: this.loadQueue.deadLetters.queueUrl,
      SpillQueueUrl: this.spillQueue.work.queueUrl,
      SpillDeadLettersUrl: this.spillQueue.deadLetters.queueUrl
    }
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value })
  }
}
