import { describe, expect, it } from 'vitest'
import { ledgerTableName } from '../../api/ledger/ledger-store.ts'
import { appOf, templatesOf } from './synthesized.ts'

// Much of this the emulated AWS ignores silently, so nothing but these tests would notice.

const { state, ofType } = templatesOf()

describe('tables', () => {
  it('are restorable, protected and outlive the stack: the ledger and those that are created', () => {
    const tables = ofType('AWS::DynamoDB::Table')
    expect(tables.map(({ Properties }) => Properties.TableName).toSorted()).toEqual([
      'events',
      'orders',
      ledgerTableName
    ])
    for (const { Properties, DeletionPolicy } of tables) {
      expect(DeletionPolicy).toBe('Retain')
      expect(Properties).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true }
      })
    }
  })

  it('have the keys that the settings say', () => {
    state.hasResourceProperties('AWS::DynamoDB::Table', {
      TableName: 'events',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' }
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'N' }
      ]
    })
  })

  it('records of the ledger end by themselves', () => {
    state.hasResourceProperties('AWS::DynamoDB::Table', {
      TableName: ledgerTableName,
      TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true }
    })
  })
})

describe('the bucket', () => {
  it('outlives the stack, private and encrypted', () => {
    const [bucket] = ofType('AWS::S3::Bucket')
    expect(bucket?.DeletionPolicy).toBe('Retain')
    expect(bucket?.Properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }]
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true
      }
    })
  })

  it('announces manifests and dropped files to the load queue, and nothing else', () => {
    const [bucket] = ofType('AWS::S3::Bucket')
    const { QueueConfigurations, ...others } = (bucket?.Properties ?? {}).NotificationConfiguration as {
      QueueConfigurations: Array<{ Event: string; Filter: { S3Key: { Rules: { Value: string }[] } } }>
    }
    const filters = QueueConfigurations.map(({ Filter }) => Filter.S3Key.Rules.map(({ Value }) => Value))
    expect(others).toEqual({})
    expect(filters).toEqual([['unload/', 'manifest.json'], ['drop/']])
    expect(QueueConfigurations.every(({ Event }) => Event === 's3:ObjectCreated:*')).toBe(true)
  })

  it('forgets what is done, and unfinished uploads', () => {
    const rules = ['unload', 'drop', 'done', 'rejected', 'failed', 'audit', 'spill', 'managed'].map((id) => ({
      Id: id,
      Prefix: `${id}/`,
      Status: 'Enabled',
      ExpirationInDays: expect.any(Number)
    }))
    const [bucket] = ofType('AWS::S3::Bucket')
    const { Rules } = (bucket?.Properties ?? {}).LifecycleConfiguration as { Rules: unknown[] }
    expect(Rules).toHaveLength(10)
    expect(Rules).toEqual(expect.arrayContaining(rules))
    expect(Rules[0]).toMatchObject({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 } })
  })
})

describe('what was replaced or removed in the bucket', () => {
  it('can be had back for a week, and nobody of ours may remove it for good', () => {
    const [bucket] = ofType('AWS::S3::Bucket')
    const { Rules } = (bucket?.Properties ?? {}).LifecycleConfiguration as { Rules: unknown[] }
    const statements = ofType('AWS::IAM::Policy').map(({ Properties }) => JSON.stringify(Properties))

    expect(bucket?.Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' })
    expect(Rules).toContainEqual({
      Id: 'old-versions',
      Status: 'Enabled',
      NoncurrentVersionExpiration: { NoncurrentDays: 7 },
      ExpiredObjectDeleteMarker: true
    })
    expect(statements.join()).not.toMatch(/DeleteObjectVersion|PutBucketVersioning|PutLifecycle/)
  })
})

describe('TLS below 1.2', () => {
  it('is refused by the bucket and by the API', () => {
    expect(ofType('AWS::S3::BucketPolicy')[0]?.Properties.PolicyDocument).toMatchObject({
      Statement: expect.arrayContaining([
        expect.objectContaining({
          Effect: 'Deny',
          Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } }
        })
      ])
    })
    expect(ofType('AWS::ApiGateway::RestApi')[0]?.Properties).toMatchObject({
      SecurityPolicy: 'SecurityPolicy_TLS13_1_2_2021_06',
      EndpointAccessMode: 'BASIC'
    })
  })
})

describe('without TLS', () => {
  it.each(['AWS::S3::BucketPolicy', 'AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy'])(
    '%s refuses',
    (type) => {
      const denied = { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }
      const policies = ofType(type)
      expect(policies.length).toBeGreaterThan(0)
      for (const { Properties } of policies)
        expect(Properties.PolicyDocument).toMatchObject({
          Statement: expect.arrayContaining([expect.objectContaining(denied)])
        })
    }
  )
})

describe('the stacks', () => {
  it('the one that keeps things cannot be deleted by accident', () => {
    const { state: kept, service } = appOf()
    expect(kept.terminationProtection).toBe(true)
    expect(service.terminationProtection).toBe(false)
  })

  it('do not tie the tables of the settings to each other: a table may leave the settings again', () => {
    const exported = Object.keys(state.toJSON().Outputs).filter((name) => name.startsWith('Exports'))

    expect(exported.join()).not.toMatch(/Tables|orders|events/)
  })
})
