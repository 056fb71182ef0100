import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib'
import { type IRole, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  ObjectOwnership
} from 'aws-cdk-lib/aws-s3'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { Settings } from '../settings.ts'
import { bucketArnOf } from './called.ts'

export interface ChunkBucketProps {
  readonly name: string
  /** Learns of manifests and of files in `drop/`. */
  readonly arrivals: Queue
  readonly keepDays: Settings['keepDays']
  readonly key?: IKey | undefined
  /** The ARN of Snowflake's queue, which learns of lines of the audit; its owner lets S3 send. */
  readonly auditQueue?: string | undefined
}

/** Patterns of keys that a role may touch, e.g. `spill/*`. */
export interface KeyAccess {
  readonly read?: readonly string[]
  readonly write?: readonly string[]
  readonly remove?: readonly string[]
}

/** Answers of HTTP batches are polled for minutes, not days. */
const spillDays = 3
/** Longer than a job of a managed engine is waited for: api/load/managed/job-steps.ts. */
const managedDays = 14
const leastTls = 1.2

/**
 * The bucket of chunks, manifests and what became of them: encrypted, TLS 1.2 at least, private, kept when the stack
 * goes. What is replaced or removed, by Snowflake's session too, can be had back for some days: nobody of ours may
 * remove a version.
 */
export class ChunkBucket extends Construct {
  readonly bucket: Bucket

  constructor(scope: Construct, id: string, { name, arrivals, keepDays, key, auditQueue }: ChunkBucketProps) {
    super(scope, id)
    const { versions, ...expiring } = keepDays
    const removed = { ...expiring, spill: spillDays, managed: managedDays }
    this.bucket = new Bucket(this, 'Bucket', {
      bucketName: name,
      versioned: true,
      ...(key === undefined
        ? { encryption: BucketEncryption.S3_MANAGED }
        : { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }),
      enforceSSL: true,
      minimumTLSVersion: leastTls,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(2) },
        {
          id: 'old-versions',
          noncurrentVersionExpiration: Duration.days(versions),
          expiredObjectDeleteMarker: true
        },
        ...Object.entries(removed).map(([prefix, expireDays]) => ({
          id: prefix,
          prefix: `${prefix}/`,
          expiration: Duration.days(expireDays)
        }))
      ]
    })

    arrivals.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('s3.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [arrivals.queueArn],
        conditions: {
          ArnEquals: { 'aws:SourceArn': bucketArnOf(name) },
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID }
        }
      })
    )
    // By the bucket's own property: CDK's way would add a Lambda of its own that may change any bucket's notifications.
    const arrived = (rules: ReadonlyArray<{ name: string; value: string }>, queue = arrivals.queueArn) => ({
      event: 's3:ObjectCreated:*',
      queue,
      filter: { s3Key: { rules: [...rules] } }
    })
    const plain = this.bucket.node.defaultChild as CfnBucket
    plain.notificationConfiguration = {
      queueConfigurations: [
        arrived([
          { name: 'prefix', value: 'unload/' },
          { name: 'suffix', value: 'manifest.json' }
        ]),
        arrived([{ name: 'prefix', value: 'drop/' }]),
        ...(auditQueue === undefined ? [] : [arrived([{ name: 'prefix', value: 'audit/' }], auditQueue)])
      ]
    }
    // S3 asks the queue for permission while the notification is set up.
    this.bucket.node.addDependency(arrivals)
  }
}

/** Lets a role touch keys of these patterns. `s3:ListBucket` is what makes S3 say 404 instead of 403. */
export const allowKeysOfBucket = (
  bucket: string,
  role: IRole,
  { read = [], write = [], remove = [] }: KeyAccess
): void => {
  const bucketArn = bucketArnOf(bucket)
  const objectsArn = (pattern: string): string => `${bucketArn}/${pattern}`
  const add = (actions: string[], resources: string[]): void => {
    if (resources.length > 0) role.addToPrincipalPolicy(new PolicyStatement({ actions, resources }))
  }
  add(['s3:ListBucket'], [bucketArn])
  add(['s3:GetObject'], read.map(objectsArn))
  add(['s3:PutObject', 's3:AbortMultipartUpload'], write.map(objectsArn))
  add(['s3:DeleteObject'], remove.map(objectsArn))
}
