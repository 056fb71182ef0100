import { Duration } from 'aws-cdk-lib'
import type { IRole } from 'aws-cdk-lib/aws-iam'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'

export interface WorkQueueProps {
  /** The longest that one visit takes: the time-out of the function that reads the queue. */
  readonly visit: Duration
  readonly key?: IKey | undefined
}

/** AWS's advice for queues that a Lambda reads: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const visitsHidden = 6
/** A chunk over which workers die is given up by the loader itself on its fifth claim. */
const mostReceives = 5

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
    this.deadLetters = new Queue(this, 'DeadLetters', kept)
    this.work = new Queue(this, 'Work', {
      ...kept,
      visibilityTimeout: Duration.seconds(visit.toSeconds() * visitsHidden),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: mostReceives }
    })
  }

  allowSend(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.work.queueArn] })
    )
  }
}
