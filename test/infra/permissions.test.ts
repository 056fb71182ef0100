import { describe, expect, it } from 'vitest'
import { importTables } from '../../api/load/managed/import-tables.ts'
import { readConfig } from '../../api/runtime/config.ts'
import { roleNamed, roleOfFunction } from './allowed-to.ts'
import { arnText, fullSettings, listOf, type Statement, templatesOf } from './synthesized.ts'

const s3Of = (allowed: string[]) => allowed.filter((each) => each.startsWith('s3:'))
const sqsOf = (allowed: string[]) => allowed.filter((each) => each.startsWith('sqs:'))

const push = roleOfFunction('Answers row batches of Snowflake')
const load = roleOfFunction('Loads chunks from the bucket')
const spill = roleOfFunction('Finishes row batches that ran out of time')

describe('the push function', () => {
  it('reaches spilled batches, manifests and the trail of rows in the bucket, and reads the chunks that it plans', () => {
    expect(s3Of(push)).toEqual([
      's3:AbortMultipartUpload on bucket/audit/rows/*',
      's3:AbortMultipartUpload on bucket/spill/*',
      's3:AbortMultipartUpload on bucket/unload/*/manifest.json',
      's3:GetObject on bucket/spill/*',
      's3:GetObject on bucket/unload/*',
      's3:ListBucket on bucket',
      's3:PutObject on bucket/audit/rows/*',
      's3:PutObject on bucket/spill/*',
      's3:PutObject on bucket/unload/*/manifest.json'
    ])
  })

  it('sends to its two queues and reads none', () => {
    expect(sqsOf(push)).toEqual(['sqs:SendMessage on Load', 'sqs:SendMessage on Spill'])
  })

  it('lists tables only where the settings name some with *', () => {
    const lists = (settings: unknown) =>
      JSON.stringify([...templatesOf(settings).byId.values()]).includes('dynamodb:ListTables')
    expect(lists(fullSettings)).toBe(false)
    expect(lists({ ...fullSettings, tables: { existing: ['customer_*'] } })).toBe(true)
  })

  it('announces nothing', () => {
    expect(push.filter((each) => each.startsWith('events:'))).toEqual([])
  })
})

describe.each([
  ['push', push],
  ['load', load],
  ['spill', spill]
])('the %s function', (_name, allowed) => {
  it('writes exactly the tables of the settings', () => {
    const written = allowed.filter((each) => each.startsWith('dynamodb:BatchWriteItem'))
    expect(written.map((each) => each.split(' on ')[1])).toEqual([
      ...['events', 'invoices', 'legacy', 'orders'].map(
        (name) => `arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/${name}`
      )
    ])
  })

  it('keeps the ledger, and cannot delete from it', () => {
    expect(allowed.filter((each) => each.endsWith('on Ledger'))).toEqual([
      'dynamodb:GetItem on Ledger',
      'dynamodb:PutItem on Ledger',
      'dynamodb:Query on Ledger',
      'dynamodb:UpdateItem on Ledger'
    ])
  })

  it('has no wildcard but prefixes of the bucket and jobs of a table, and no action with one', () => {
    const stars = allowed.filter((each) => each.includes('*'))
    const jobs = /^dynamodb:(Describe|Cancel)BulkOperation on arn:[^*]+:table\/\w+\/\*$/
    expect(stars.every((each) => /^s3:\w+ on bucket\/[\w/*]+(\.json)?$/.test(each) || jobs.test(each))).toBe(
      true
    )
    expect(allowed.filter((each) => each.split(' on ')[0]?.includes('*'))).toEqual([])
  })
})

describe('the workers', () => {
  it('the loader moves chunks, keeps what was rejected, writes the audit', () => {
    const writable = s3Of(load).filter((each) => each.startsWith('s3:PutObject'))
    const removable = s3Of(load).filter((each) => each.startsWith('s3:DeleteObject'))
    const names = (list: string[]) => list.map((each) => each.split('bucket/')[1])
    expect(names(writable)).toEqual(['audit/*', 'done/*', 'failed/*', 'managed/*', 'rejected/*'])
    expect(names(removable)).toEqual(['drop/*', 'failed/*', 'managed/*', 'rejected/*', 'unload/*'])
    expect(load).toContain('events:PutEvents on Events')
  })

  it('only the loader has DynamoDB begin a job, on exactly the tables of the settings', () => {
    const begun = (allowed: string[]) => allowed.filter((each) => each.includes('BulkPutItems'))
    expect(begun(load)).toEqual(
      ['events', 'invoices', 'legacy', 'orders'].map(
        (name) =>
          `dynamodb:StartBulkPutItems on arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/${name}`
      )
    )
    expect([...begun(push), ...begun(spill)]).toEqual([])
  })

  it('the spill worker knows spilled batches, the trail of rows and its own queue', () => {
    expect(s3Of(spill)).toEqual([
      's3:AbortMultipartUpload on bucket/audit/rows/*',
      's3:AbortMultipartUpload on bucket/spill/*',
      's3:DeleteObject on bucket/spill/*',
      's3:GetObject on bucket/spill/*',
      's3:ListBucket on bucket',
      's3:PutObject on bucket/audit/rows/*',
      's3:PutObject on bucket/spill/*'
    ])
    expect(sqsOf(spill).every((each) => each.endsWith('on Spill'))).toBe(true)
  })
})

describe('tables that an import may make', () => {
  const settings = { ...fullSettings, bulk: { imports: { measures: 'id:S,at:N' } } }
  const { ofType } = templatesOf(settings)
  const table = 'arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/measures'
  const allowed = (action: RegExp): string[] =>
    ofType('AWS::IAM::Policy').flatMap(({ Properties }) =>
      (Properties.PolicyDocument as { readonly Statement: readonly Statement[] }).Statement.flatMap(
        ({ Action, Resource }) =>
          listOf(Action)
            .filter((each) => action.test(each))
            .flatMap((each) => listOf(Resource).map((on) => `${each} on ${arnText(on)}`))
      )
    )

  it('are made by the loader alone, by their names alone, with the log that an import wants', () => {
    expect(allowed(/Import/).toSorted()).toEqual([
      `dynamodb:DescribeImport on ${table}`,
      `dynamodb:DescribeImport on ${table}/import/*`,
      `dynamodb:ImportTable on ${table}`
    ])
    const logs = 'arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:/aws-dynamodb/*'
    expect(allowed(/^logs:Create/)).toEqual(
      expect.arrayContaining([`logs:CreateLogGroup on ${logs}`, `logs:CreateLogStream on ${logs}`])
    )
    expect(load.filter((each) => each.includes('Import'))).toEqual([])
  })

  it('are tables that rows may go to, and the functions know their keys', () => {
    const variables = ofType('AWS::Lambda::Function').map(
      ({ Properties }) =>
        (Properties.Environment as { readonly Variables: Record<string, string> } | undefined)?.Variables
    )
    const told = variables.filter((each) => each?.PUSH_IMPORTS !== undefined)
    expect(told).toHaveLength(3)
    for (const each of told) {
      expect(each?.PUSH_TABLES).toContain('measures')
      expect([
        ...importTables(readConfig({ PUSH_IMPORTS: each?.PUSH_IMPORTS }).PUSH_IMPORTS).values()
      ]).toEqual([
        {
          name: 'measures',
          keys: [
            { name: 'id', type: 'S', maxBytes: 2048 },
            { name: 'at', type: 'N', maxBytes: 1024 }
          ],
          indexKeys: [],
          isOnDemand: true
        }
      ])
    }
    expect(allowed(/^dynamodb:BatchWriteItem$/)).toContain(`dynamodb:BatchWriteItem on ${table}`)
  })
})

describe('the roles of Snowflake', () => {
  it('invoke has no permissions of its own: the policy of the API names its session', () => {
    expect(roleNamed('push_to_dynamo_invoke')).toEqual([])
  })

  it('unload writes under unload/ and reads the audit and what was rejected', () => {
    expect(roleNamed('push_to_dynamo_unload')).toEqual([
      's3:DeleteObject on bucket/unload/*',
      's3:GetBucketLocation on bucket',
      's3:GetObject on bucket/audit/*',
      's3:GetObject on bucket/rejected/*',
      's3:GetObject on bucket/unload/*',
      's3:ListBucket on bucket',
      's3:PutObject on bucket/unload/*'
    ])
  })

  const trustOf = (settings: unknown, name: string): unknown =>
    templatesOf(settings)
      .ofType('AWS::IAM::Role')
      .find(({ Properties }) => Properties.RoleName === name)?.Properties.AssumeRolePolicyDocument

  it.each(['invoke', 'unload'] as const)(
    '%s is taken on by the principal with the external id only',
    (lane) => {
      const { principal, externalId } = fullSettings.snowflake[lane]
      expect(trustOf(fullSettings, `push_to_dynamo_${lane}`)).toMatchObject({
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { AWS: principal },
            Condition: { StringEquals: { 'sts:ExternalId': externalId } }
          }
        ]
      })
    }
  )

  it('a list of trusts lets each principal in with its own external id, and with no other', () => {
    const { invoke } = fullSettings.snowflake
    const second = {
      principal: 'arn:aws:iam::888877776666:user/xyz-s-invoke',
      externalId: 'XYZ_SFCRole=9_x='
    }
    const settings = { ...fullSettings, snowflake: { invoke: [invoke, second] } }

    expect(trustOf(settings, 'push_to_dynamo_invoke')).toMatchObject({
      Statement: [invoke, second].map(({ principal, externalId }) => ({
        Effect: 'Allow',
        Principal: { AWS: principal },
        Condition: { StringEquals: { 'sts:ExternalId': externalId } }
      }))
    })
  })

  it('nobody takes them on until the settings say who Snowflake is', () => {
    const bare = { tables: { create: { orders: 'id:S' } } }
    expect(trustOf(bare, 'push_to_dynamo_invoke')).toMatchObject({ Statement: [{ Effect: 'Deny' }] })
  })
})
