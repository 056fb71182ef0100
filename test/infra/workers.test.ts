import { describe, expect, it } from 'vitest'
import { readQueueMessage } from '../../api/decode/queue-message.ts'
import { arnText, fullSettings, templatesOf } from './synthesized.ts'

const { ofType, service, byId } = templatesOf()
const queues = ofType('AWS::SQS::Queue').map(({ Properties }) => Properties)

describe('functions', () => {
  const lambdas = ofType('AWS::Lambda::Function').map(({ Properties }) => Properties)

  it('are three, on Node 24 and arm64, each with a log that ends', () => {
    expect(lambdas).toHaveLength(3)
    for (const lambda of lambdas)
      expect(lambda).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        LoggingConfig: { LogGroup: expect.anything() }
      })
    const kept = ofType('AWS::Logs::LogGroup').map(({ Properties }) => Properties.RetentionInDays)
    expect(kept).toHaveLength(5)
    expect(new Set(kept)).toEqual(new Set([90]))
  })

  it('answer before API Gateway gives up, and keep the concurrency that was reserved', () => {
    const timeouts = Object.fromEntries(
      lambdas.map((each) => [each.ReservedConcurrentExecutions, each.Timeout])
    )
    expect(timeouts).toMatchObject({ 50: 29 })
    expect(lambdas.map((each) => each.ReservedConcurrentExecutions)).toEqual([50, 10, 10])
  })

  it('know their tables, bucket, queues and bus', () => {
    for (const { Environment } of lambdas)
      expect((Environment as { Variables: object }).Variables).toMatchObject({
        PUSH_NAME: 'push_to_dynamo',
        PUSH_TABLES: 'legacy,invoices,orders,events',
        PUSH_DEADLINE_MS: '20000',
        PUSH_VERSION: 'test',
        PUSH_BUCKET: expect.anything(),
        PUSH_LOAD_QUEUE_URL: expect.anything(),
        PUSH_SPILL_QUEUE_URL: expect.anything(),
        PUSH_EVENT_BUS: expect.anything()
      })
  })
})

describe('a worker', () => {
  it('may send to the queue that calls it, as often as a long chunk takes: AWS would stop it after 16 times', () => {
    const mapped = ofType('AWS::Lambda::EventSourceMapping').map(({ Properties }) =>
      arnText(Properties.FunctionName)
    )
    const allowed = [...byId].flatMap(([id, { Type, Properties }]) =>
      Type === 'AWS::Lambda::Function' && Properties.RecursiveLoop === 'Allow' ? [`<${id}>`] : []
    )

    expect(mapped).toHaveLength(2)
    expect(allowed.toSorted()).toEqual(mapped.toSorted())
  })

  it('is sent a heartbeat into its queue, so that silence means that nobody works', () => {
    const [rule, ...more] = ofType('AWS::Events::Rule').map(({ Properties }) => Properties)
    const targets = rule?.Targets as Array<{ Arn: { 'Fn::GetAtt': string[] }; Input: string }>
    const work = [...byId].flatMap(([id, { Type, Properties }]) =>
      Type === 'AWS::SQS::Queue' && Properties.RedrivePolicy ? [id] : []
    )

    expect(more).toEqual([])
    expect(rule?.ScheduleExpression).toBe('rate(15 minutes)')
    expect(targets.map(({ Arn }) => Arn['Fn::GetAtt'][0]).toSorted()).toEqual(work.toSorted())
    expect(targets.map(({ Input }) => JSON.parse(Input).kind)).toEqual(['look', 'beat'])
    for (const { Input } of targets) expect(readQueueMessage(Input)).toHaveLength(1)
  })
})

describe('queues', () => {
  it('set a message aside after five deliveries, and keep it for 14 days', () => {
    const [work, dead] = [
      queues.filter((each) => each.RedrivePolicy),
      queues.filter((each) => !each.RedrivePolicy)
    ]
    expect(work).toHaveLength(2)
    for (const { RedrivePolicy } of work) expect(RedrivePolicy).toMatchObject({ maxReceiveCount: 5 })
    expect(dead.map((each) => each.MessageRetentionPeriod)).toEqual([1209600, 1209600])
  })

  it('hide a message a little longer than its worker may run: those who die before their first act delay it no more', () => {
    const workers = ofType('AWS::Lambda::Function').map(({ Properties }) => Properties.Timeout)
    const hidden = queues.flatMap((each) => (each.RedrivePolicy ? [each.VisibilityTimeout] : []))
    expect(hidden.toSorted()).toEqual(
      workers
        .filter((timeout) => timeout !== 29)
        .map((timeout) => Number(timeout) + 30)
        .toSorted()
    )
  })

  it('are encrypted', () => {
    expect(queues.every((each) => each.SqsManagedSseEnabled === true)).toBe(true)
  })

  it('hand over one message at a time, to a bounded number of workers, and each fails alone', () => {
    service.resourceCountIs('AWS::Lambda::EventSourceMapping', 2)
    service.allResourcesProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 8 }
    })
  })
})

describe('alarms', () => {
  const alarms = ofType('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties)

  it('tell the topic, and say what to do', () => {
    for (const alarm of alarms) {
      expect(alarm.AlarmActions).toHaveLength(1)
      expect(String(alarm.AlarmDescription).length).toBeGreaterThan(40)
    }
  })

  it('are quiet without numbers, but for those about silence', () => {
    const loud = alarms.filter((alarm) => alarm.TreatMissingData !== 'notBreaching')

    expect(loud.map((alarm) => alarm.MetricName)).toEqual(['Invocations', 'Invocations'])
    for (const alarm of loud)
      expect(alarm).toMatchObject({
        TreatMissingData: 'breaching',
        ComparisonOperator: 'LessThanThreshold',
        Period: 3600
      })
  })

  it('reach the mail address, or the topic that exists', () => {
    service.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'on-call@example.com'
    })
    const topicArn = 'arn:aws:sns:eu-west-1:111122223333:on-call'
    const other = templatesOf({ ...fullSettings, alarms: { topicArn } })
    other.service.resourceCountIs('AWS::SNS::Topic', 0)
    other.service.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [topicArn] })
  })
})
