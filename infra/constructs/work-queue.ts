import { Duration } from 'aws-cdk-lib'
import type { IRole } from 'aws-cdk-lib/aws-iam'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { mostReceives } from '../../api/runtime/deployment-numbers.ts'
import { beyondVisitMs } from '../../api/runtime/time-budgets.ts'

export interface WorkQueueProps {
  /** The longest that one visit takes: the time-out of the function that reads the queue. */
  readonly visit: Duration
  readonly key?: IKey | undefined
}

/**
 * The least that Lambda takes is the time-out of its function; six times as much is AWS's advice for batches that wait
 * while a function is throttled. These are single messages, taken only when a worker is free, so what counts is how
 * soon another takes over: workers shorten it to their lease as their first act, and this is for those that die before.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
const beyondVisit = Duration.millis(beyondVisitMs)

/** A queue of work and the dead letters of what keeps failing. Encrypted, TLS only. */
export class WorkQueue extends Construct {
  readonly work: Queue
  readonly deadLetters: Queue

  constructor(scope: Construct, id: string, { visit, key }: WorkQueueProps) {
    super(scope, id)
    const kept = {
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      ...(key === undefined
        ? { encryption: QueueEncryption.SQS_MANAGED }
        : { encryption: QueueEncryption.KMS, encryptionMasterKey: key })
    }
    // No redrive allow policy: it names the queue that names the dead letters, a circle that only fixed names break, and
    // a queue that gets another name is replaced, with the work that waits in it.
    this.deadLetters = new Queue(this, 'DeadLetters', kept)
    this.work = new Queue(this, 'Work', {
      ...kept,
      visibilityTimeout: visit.plus(beyondVisit),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: mostReceives }
    })
  }

  allowSend(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.work.queueArn] })
    )
  }
}
