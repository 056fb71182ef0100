import { Aws, Duration } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct } from 'constructs'
import type { Settings } from '../settings.ts'

/** A metric that is over its limit in so many of its periods, or under it. */
export interface Watched {
  readonly id: string
  readonly metric: IMetric
  readonly atLeast: number
  /** The alarm is about silence: a value below `atLeast`, or none at all. */
  readonly isSilence?: boolean
  readonly periods?: number
  /** What it means and what to do, for whoever is woken. */
  readonly text: string
}

export interface AlarmsProps {
  readonly watched: readonly Watched[]
  /** A topic of the app. */
  readonly topic?: ITopic | undefined
  /** Encrypts a topic of ours; its policy lets alarms speak. */
  readonly key?: IKey | undefined
}

/** Tells the topic, or a mail address, what somebody must look at. */
export class Alarms extends Construct {
  readonly topic: ITopic
  private readonly byId: ReadonlyMap<string, Alarm>

  constructor(
    scope: Construct,
    id: string,
    settings: Settings['alarms'],
    { watched, topic, key }: AlarmsProps
  ) {
    super(scope, id)
    this.topic =
      topic ??
      (settings.topicArn === undefined
        ? this.ownTopic(settings.mail, key)
        : Topic.fromTopicArn(this, 'Topic', settings.topicArn))
    this.byId = new Map(watched.map((each) => [each.id, this.alarmOf(each)]))
  }

  all(): Alarm[] {
    return [...this.byId.values()]
  }

  /** Those of these names that there are. */
  named(...ids: readonly string[]): Alarm[] {
    return ids.flatMap((id) => this.byId.get(id) ?? [])
  }

  private alarmOf({ id, metric, atLeast, isSilence = false, periods = 1, text }: Watched): Alarm {
    const alarm = new Alarm(this, id, {
      metric,
      threshold: atLeast,
      evaluationPeriods: periods,
      comparisonOperator: isSilence
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // No batches, no numbers: that is not a fault.
      treatMissingData: isSilence ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      alarmDescription: text
    })
    alarm.addAlarmAction(new SnsAction(this.topic))
    alarm.addOkAction(new SnsAction(this.topic))
    return alarm
  }

  /** Without an own key it is not encrypted: alarms may not use the key of AWS, and their texts hold no rows. */
  private ownTopic(mail: string | undefined, masterKey: IKey | undefined): Topic {
    const topic = new Topic(this, 'Topic', {
      enforceSSL: true,
      displayName: 'push_to_dynamo',
      ...(masterKey && { masterKey })
    })
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } }
      })
    )
    if (mail !== undefined) topic.addSubscription(new EmailSubscription(mail))
    return topic
  }
}

export const fiveMinutes = { period: Duration.minutes(5) } as const
