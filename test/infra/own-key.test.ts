import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { listOf, type Statement, templatesOf } from './synthesized.ts'

const tableKey = 'arn:aws:kms:eu-west-1:111122223333:key/legacy'
const { state, service, ofType } = templatesOf({
  tables: { create: { orders: 'id:S' }, existing: [{ table: 'legacy', keyArn: tableKey }] },
  ownKey: true
})
const statements = (type: string): Statement[] =>
  ofType(type).flatMap(
    ({ Properties }) =>
      ((Properties.PolicyDocument ?? Properties.KeyPolicy) as { Statement: Statement[] }).Statement
  )
const ofKms = ({ Action }: Statement) => listOf(Action).some((action) => action.startsWith('kms:'))

describe('a key of our own', () => {
  it('encrypts bucket, queues and tables, turns, and is kept', () => {
    state.hasResource('AWS::KMS::Key', { DeletionPolicy: 'Retain', Properties: { EnableKeyRotation: true } })
    state.allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: Match.anyValue() })
    state.allResourcesProperties('AWS::DynamoDB::Table', {
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' }
    })
    state.allResourcesProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          Match.objectLike({ ServerSideEncryptionByDefault: Match.objectLike({ SSEAlgorithm: 'aws:kms' }) })
        ]
      }
    })
  })

  it('is lent to S3 for the notifications of this bucket of this account', () => {
    const [lent, ...more] = statements('AWS::KMS::Key').filter(({ Principal }) =>
      JSON.stringify(Principal).includes('s3.amazonaws.com')
    )

    expect(more).toEqual([])
    expect(lent).toMatchObject({
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Condition: {
        StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
        ArnEquals: { 'aws:SourceArn': expect.anything() }
      }
    })
  })

  it('encrypts the topic of the alarms, and is lent to alarms of this account', () => {
    service.allResourcesProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() })
    const lent = statements('AWS::KMS::Key').filter(({ Principal }) =>
      JSON.stringify(Principal).includes('cloudwatch.amazonaws.com')
    )
    expect(lent).toMatchObject([
      {
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } }
      }
    ])
  })

  it('is used by the roles by way of S3, SQS and DynamoDB only, and never administered', () => {
    const granted = statements('AWS::IAM::Policy').filter(ofKms)
    // Whoever reads a queue gets Decrypt from the event source mapping itself.
    const wide = granted.filter(({ Condition }) => Condition === undefined)

    expect(granted.length).toBeGreaterThan(6)
    expect(wide.map(({ Action }) => Action)).toEqual(['kms:Decrypt', 'kms:Decrypt'])
    expect(
      granted
        .flatMap(({ Action }) => listOf(Action))
        .filter((action) => /\*|Grant|Put|Schedule|Disable/.test(action))
    ).toEqual([])
  })

  it('of a table that exists is usable for its rows', () => {
    const forTable = statements('AWS::IAM::Policy').filter(({ Resource }) =>
      listOf(Resource).includes(tableKey)
    )

    expect(forTable).toHaveLength(3)
    for (const { Action, Condition } of forTable) {
      expect(listOf(Action)).toEqual(
        expect.arrayContaining(['kms:Decrypt', 'kms:Encrypt', 'kms:DescribeKey'])
      )
      expect(JSON.stringify(Condition)).toContain('dynamodb.')
    }
  })
})
