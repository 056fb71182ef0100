import { Aws, RemovalPolicy } from 'aws-cdk-lib'
import { Effect, type IRole, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { type IKey, Key } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'

/** One key for everything that is kept. It is kept, too: what it has encrypted could not be read without it. */
export class OwnKey extends Construct {
  readonly key: Key

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.key = new Key(this, 'Key', {
      description: 'push_to_dynamo: bucket, queues, ledger and created tables',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN
    })
    // S3 announces arrivals into an encrypted queue:
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
    this.key.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('s3.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } }
      })
    )
  }
}

/** Lets a role read and write what the keys encrypt. */
export const allowKeys = (role: IRole, keyArns: readonly string[]): void => {
  if (keyArns.length > 0)
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [...keyArns] })
    )
}

export const arnsOf = (key: IKey | undefined): string[] => (key === undefined ? [] : [key.keyArn])
