import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Resource, templatesOf } from './synthesized.ts'

// What release 0.1.0 deployed, under today's templates: CloudFormation replaces a resource whose logical id, type or
// fixed property changes. What is stored in ledger and queues is taken over in test/spec/stored-forms.test.ts.

const old = JSON.parse(
  readFileSync(new URL('../support/upgrade/stacks-0.1.0.json', import.meta.url), 'utf8')
) as {
  readonly state: Readonly<Record<string, Resource>>
  readonly service: Readonly<Record<string, Resource>>
  readonly outputs: readonly string[]
}
const { state, service } = templatesOf()
const resourcesOf = (template: typeof state): Record<string, Resource> => template.toJSON().Resources

describe('an upgrade from 0.1.0', () => {
  it.each([
    ['state', old.state, resourcesOf(state)],
    ['service', old.service, resourcesOf(service)]
  ])('keeps every resource of the %s stack that holds data or has an address', (_, before, now) => {
    for (const [id, { Type, Properties, DeletionPolicy }] of Object.entries(before)) {
      expect(now[id], id).toMatchObject({ Type, Properties })
      if (DeletionPolicy !== undefined) expect(now[id]?.DeletionPolicy, id).toBe(DeletionPolicy)
      // A property that was not there, such as a name, replaces as well.
      for (const fixed of ['TableName', 'BucketName', 'QueueName', 'FifoQueue', 'Name', 'RoleName'])
        expect(now[id]?.Properties[fixed], `${id} ${fixed}`).toEqual(Properties[fixed])
    }
  })

  it('keeps every output that set-up and doctor read', () => {
    const outputs = [state, service].flatMap((template) => Object.keys(template.toJSON().Outputs))
    expect(outputs).toEqual(expect.arrayContaining([...old.outputs]))
  })
})

describe('the State stack', () => {
  it('holds these resources under these ids: a new id for what is there would be a new, empty one', () => {
    const ids = Object.entries(resourcesOf(state)).map(([id, { Type }]) => `${id} ${Type}`)
    expect(ids.toSorted()).toMatchInlineSnapshot(`
      [
        "ChunksBucket583134B3 AWS::S3::Bucket",
        "ChunksBucketPolicy19A31AE8 AWS::S3::BucketPolicy",
        "EventsD32975C2 AWS::Events::EventBus",
        "HeartbeatRuleDC6EC660 AWS::Events::Rule",
        "LedgerTable9343E4AA AWS::DynamoDB::Table",
        "LoadDeadLettersF2F2BF7B AWS::SQS::Queue",
        "LoadDeadLettersPolicy693B3493 AWS::SQS::QueuePolicy",
        "LoadWork3EB36827 AWS::SQS::Queue",
        "LoadWorkPolicy71984738 AWS::SQS::QueuePolicy",
        "SpillDeadLetters603CC1FC AWS::SQS::Queue",
        "SpillDeadLettersPolicy03618CFE AWS::SQS::QueuePolicy",
        "SpillWorkA98ACD59 AWS::SQS::Queue",
        "SpillWorkPolicy96D35CE6 AWS::SQS::QueuePolicy",
        "Tablesevents5B2337FE AWS::DynamoDB::Table",
        "Tablesorders33D37233 AWS::DynamoDB::Table",
      ]
    `)
  })
})

describe("Snowflake's queue of the audit", () => {
  it('is told of new lines and of nothing else, once it is known', () => {
    const auditQueue = 'arn:aws:sqs:eu-central-1:123456789012:sf-snowpipe-AIDAEXAMPLE-abc123'
    const told = (settings?: unknown) => {
      const [bucket] = templatesOf(settings).ofType('AWS::S3::Bucket')
      return JSON.stringify(bucket?.Properties.NotificationConfiguration)
    }
    const settings = { tables: { existing: ['orders'] }, snowflake: { auditQueue } }

    expect(told()).not.toContain('audit/')
    expect(told(settings)).toContain(
      JSON.stringify({
        Event: 's3:ObjectCreated:*',
        Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'audit/' }] } },
        Queue: auditQueue
      })
    )
  })
})

describe('a private API', () => {
  it('is reached from the VPCs of Snowflake alone, by the same one session', () => {
    const settings = { tables: { existing: ['orders'] }, snowflake: { vpcs: ['vpc-0a1b2c3d'] } }
    const [api] = templatesOf(settings).ofType('AWS::ApiGateway::RestApi')

    expect(api?.Properties.EndpointConfiguration).toEqual({ Types: ['PRIVATE'] })
    expect(api?.Properties.Policy).toMatchObject({
      Statement: expect.arrayContaining([
        expect.objectContaining({ Effect: 'Allow' }),
        expect.objectContaining({
          Effect: 'Deny',
          Condition: { StringNotEquals: { 'aws:SourceVpc': ['vpc-0a1b2c3d'] } }
        })
      ])
    })
  })
})
