import type { IEventBus } from 'aws-cdk-lib/aws-events'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import { Construct } from 'constructs'
import { allowKeysOfBucket } from './chunk-bucket.ts'
import { ServiceFunction, type ServiceFunctionProps } from './service-function.ts'
import type { WorkQueue } from './work-queue.ts'

export interface BulkLoaderProps {
  readonly function: ServiceFunctionProps
  readonly queue: WorkQueue
  readonly workers: number
}

/** A queue's worker: one message at a time, so many side by side, and a message that fails fails alone. */
export class QueueWorker extends Construct {
  readonly worker: ServiceFunction

  constructor(scope: Construct, id: string, props: BulkLoaderProps) {
    super(scope, id)
    // A worker that runs out of time sends the rest to its own queue, as often as the work takes. AWS would take that
    // for a loop after 16 times; what makes no progress is ended by the ledger's count of idle claims.
    this.worker = new ServiceFunction(this, 'Worker', { ...props.function, mayCallItself: true })
    this.worker.lambda.addEventSource(
      new SqsEventSource(props.queue.work, {
        batchSize: 1,
        reportBatchItemFailures: true,
        maxConcurrency: props.workers
      })
    )
    // A worker that runs out of time hands on.
    props.queue.allowSend(this.worker.role)
  }
}

/** Loads the chunks of runs: reads them, moves them, keeps what was rejected, writes the audit, announces the end. */
export const allowLoading = (bucket: string, { worker }: QueueWorker, events: IEventBus): void => {
  allowKeysOfBucket(bucket, worker.role, {
    // done/: rows of over 4 MiB are not set aside, a redrive reads them where their chunk lies.
    read: ['unload/*', 'drop/*', 'rejected/*', 'failed/*', 'done/*', 'managed/*'],
    write: ['done/*', 'failed/*', 'rejected/*', 'audit/*', 'managed/*'],
    remove: ['unload/*', 'drop/*', 'rejected/*', 'failed/*', 'managed/*']
  })
  worker.role.addToPolicy(
    new PolicyStatement({
      actions: ['events:PutEvents'],
      resources: [events.eventBusArn]
    })
  )
}
