import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Resource, templatesOf } from './synthesized.ts'

// What release 0.1.0 deployed, under today's templates: CloudFormation replaces a resource whose logical id, type or
// fixed property changes (today's ids are held by logical-ids.test.ts). What is stored in ledger and queues is taken over in test/spec/stored-forms.test.ts.

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
