import { Aws, Stack } from 'aws-cdk-lib'
import { CfnRule } from 'aws-cdk-lib/aws-events'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import type { WorkQueue } from './work-queue.ts'

/**
 * A message into each queue every quarter of an hour. Its coming through shows that the queue is worked on, which no
 * metric of AWS does; and the loader looks after runs whose messages were lost.
 */
export class Heartbeat extends Construct {
  constructor(
    scope: Construct,
    id: string,
    {
      load,
      spill,
      key
    }: { readonly load: WorkQueue; readonly spill: WorkQueue; readonly key?: IKey | undefined }
  ) {
    super(scope, id)
    const rule = new CfnRule(this, 'Rule', {
      description: 'push_to_dynamo: shows that queues are worked on, and has standing runs looked after',
      scheduleExpression: 'rate(15 minutes)',
      targets: [
        { id: 'load', arn: load.work.queueArn, input: JSON.stringify({ kind: 'look' }) },
        { id: 'spill', arn: spill.work.queueArn, input: JSON.stringify({ kind: 'beat' }) }
      ]
    })
    const ofThisAccount = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } }
    const principals = [new ServicePrincipal('events.amazonaws.com')]
    for (const { work } of [load, spill])
      work.addToResourcePolicy(
        new PolicyStatement({
          principals,
          actions: ['sqs:SendMessage'],
          resources: [work.queueArn],
          conditions: { ArnEquals: { 'aws:SourceArn': rule.attrArn }, ...ofThisAccount }
        })
      )
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
    key?.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: {
          // By its pattern: the queues need the key, the rule the queues, and the key would need the rule.
          ArnLike: {
            'aws:SourceArn': `arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:rule/${Stack.of(this).stackName}-*`
          },
          ...ofThisAccount
        }
      })
    )
  }
}
