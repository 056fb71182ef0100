import { CfnOutput, Tags, Token } from 'aws-cdk-lib'
import type { IRestApi } from 'aws-cdk-lib/aws-apigateway'
import type { Alarm, IMetric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch'
import type { ITable } from 'aws-cdk-lib/aws-dynamodb'
import type { IEventBus } from 'aws-cdk-lib/aws-events'
import type { IRole } from 'aws-cdk-lib/aws-iam'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { Bundles } from './bundles.ts'
import { calledByAws, calledByName, nameByPlace, outputPrefix } from './constructs/called.ts'
import { KeptParts } from './constructs/kept-parts.ts'
import { ServiceParts } from './constructs/service-parts.ts'
import { explainKept, explainService } from './nag.ts'
import { propsToSettings } from './props-to-settings.ts'
import type { PushToDynamoProps } from './push-to-dynamo-props.ts'
import { shippedBundles } from './shipped-bundles.ts'
import { warnOf } from './warnings.ts'

export type * from './push-to-dynamo-props.ts'

/**
 * Everything that lets Snowflake's SQL write to DynamoDB, as a part of one's own stack: REST API, functions, queues,
 * bucket, ledger, the two roles that Snowflake takes on, alarms and a dashboard.
 *
 * ```ts
 * new PushToDynamo(this, 'Push', { tables: [orders, 'customers'], alarms: { mail: 'on-call@example.com' } })
 * ```
 *
 * What it is made of is kept when the stack goes: tables, ledger, bucket, logs, event bus. `npx push-to-dynamo setup
 * --stack <stack>` makes the Snowflake side and says which `snowflake` props close the trust.
 */
export class PushToDynamo extends Construct {
  /** What metrics and things in Snowflake are called after. */
  readonly name: string
  readonly api: IRestApi
  /** With the stage and a last `/`. */
  readonly apiUrl: string
  /** Chunks, manifests, rejected rows, audit. */
  readonly bucket: IBucket
  /** Is told when an alarm goes off, and when it is over. */
  readonly alarmTopic: ITopic
  readonly alarms: Alarm[]
  /** Learns of every ended run (`detail-type` `run ended`). */
  readonly events: IEventBus
  /** The role whose one session may call the API. */
  readonly invokeRole: IRole
  /** The role by which Snowflake unloads into the bucket, and reads what was rejected. */
  readonly unloadRole: IRole
  readonly pushFunction: IFunction
  readonly loadFunction: IFunction
  readonly spillFunction: IFunction
  readonly loadQueue: IQueue
  readonly loadDeadLetters: IQueue
  readonly spillQueue: IQueue
  readonly spillDeadLetters: IQueue
  readonly ledger: ITable
  /** Tables that were created here. */
  readonly createdTables: ITable[]
  private readonly service: ServiceParts

  /**
   * @param bundles code of the functions; the package holds it
   * @throws SettingsError naming the prop that is wrong
   */
  constructor(scope: Construct, id: string, props: PushToDynamoProps, bundles: Bundles = shippedBundles()) {
    super(scope, id)
    this.name = props.name ?? nameByPlace(this)
    const { settings, objects } = propsToSettings(this, this.name, props)
    const isNamed = props.name !== undefined && !Token.isUnresolved(props.name)
    const called = isNamed ? calledByName(settings) : calledByAws(this, this.name, settings)
    const key = props.encryptionKey
    const kept = new KeptParts(this, 'Kept', { settings, called, tables: objects, key })
    const topic = typeof props.alarms === 'object' ? props.alarms.topic : undefined
    const service = new ServiceParts(this, 'Service', { settings, called, kept, bundles, topic })
    this.service = service

    this.api = service.api
    this.apiUrl = service.api.url
    this.bucket = kept.chunks.bucket
    this.alarmTopic = service.alarms.topic
    this.alarms = service.alarms.all()
    this.events = kept.events
    this.invokeRole = service.trust.invokeRole
    this.unloadRole = service.trust.unloadRole
    this.pushFunction = service.functions.push.lambda
    this.loadFunction = service.functions.load.lambda
    this.spillFunction = service.functions.spill.lambda
    this.loadQueue = kept.loadQueue.work
    this.loadDeadLetters = kept.loadQueue.deadLetters
    this.spillQueue = kept.spillQueue.work
    this.spillDeadLetters = kept.spillQueue.deadLetters
    this.ledger = kept.ledger.table
    this.createdTables = [...kept.tables.created]

    // `setup` and `doctor` know a deployment by these names at the end of its outputs.
    const prefix = outputPrefix(this)
    for (const [output, value] of Object.entries({
      Name: this.name,
      ...kept.outputs(),
      ...service.outputs()
    }))
      new CfnOutput(this, output, { value }).overrideLogicalId(`${prefix}${output}`)
    for (const [tag, value] of Object.entries(settings.tags)) Tags.of(this).add(tag, value)
    explainKept(kept)
    explainService(service, settings, { bucketName: called.bucket, jobArns: kept.tables.jobArns })
    warnOf(service, settings, { isTold: topic !== undefined })
  }

  /**
   * A metric of what happened to rows and runs, e.g. `RowsWritten`, `RowsRejected`, `RunsFailed`; summed up over five
   * minutes unless the options say otherwise.
   */
  metric(name: string, options?: MetricOptions): IMetric {
    return this.service.ours(name as Parameters<ServiceParts['ours']>[0], options)
  }
}
