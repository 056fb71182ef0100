import { Aws, RemovalPolicy } from 'aws-cdk-lib'
import { Effect, type IRole, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { type IKey, Key } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'

/** One key for everything that is kept. It is kept, too: what it has encrypted could not be read without it. */
export class OwnKey extends Construct {
  readonly key: Key

  constructor(scope: Construct, id: string, deployment: string, bucketArn: string) {
    super(scope, id)
    this.key = new Key(this, 'Key', {
      description: `${deployment}: bucket, queues, ledger, created tables and alarms`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN
    })
    allowServices(this.key, bucketArn)
  }
}

/**
 * Lets S3 announce arrivals into a queue that the key encrypts, and alarms speak to such a topic: with the key that AWS
 * keeps for SNS they could not.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
 *
 * @param bucketArn for this bucket alone; a key of another stack cannot know it, and holds to the account
 */
export const allowServices = (key: IKey, bucketArn?: string): void => {
  key.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal('s3.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions: {
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        ...(bucketArn === undefined ? {} : { ArnEquals: { 'aws:SourceArn': bucketArn } })
      }
    })
  )
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } }
    })
  )
}

/** Lets a role read and write objects and messages that the keys encrypt. */
export const allowKeys = (role: IRole, keyArns: readonly string[]): void =>
  allow(role, keyArns, ['s3', 'sqs'], ['kms:Decrypt', 'kms:GenerateDataKey'])

/**
 * Lets a role read and write tables that the keys encrypt.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 */
export const allowTableKeys = (role: IRole, keyArns: readonly string[]): void =>
  allow(
    role,
    keyArns,
    ['dynamodb'],
    [
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:Encrypt',
      'kms:GenerateDataKey',
      'kms:GenerateDataKeyWithoutPlaintext',
      'kms:ReEncryptFrom',
      'kms:ReEncryptTo'
    ]
  )

/** By way of these services only: nobody decrypts with the key by hand. */
const allow = (role: IRole, keyArns: readonly string[], services: string[], actions: string[]): void => {
  if (keyArns.length === 0) return
  const via = services.map((service) => `${service}.${Aws.REGION}.${Aws.URL_SUFFIX}`)
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions,
      resources: [...keyArns],
      conditions: { StringEquals: { 'kms:ViaService': via } }
    })
  )
}

export const arnsOf = (key: IKey | undefined): string[] => (key === undefined ? [] : [key.keyArn])
