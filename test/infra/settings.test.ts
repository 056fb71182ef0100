import { readFile } from 'node:fs/promises'
import { Annotations, Match } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { proposedPush } from '../../infra/concurrency.ts'
import { readSettings } from '../../infra/settings.ts'
import { appOf, fullSettings, templatesOf } from './synthesized.ts'

const tables = { create: { orders: 'id:S' } }

describe('settings', () => {
  it('of cdk.json are right as they are', async () => {
    const file = await readFile(new URL('../../cdk.json', import.meta.url), 'utf8')

    expect(readSettings(JSON.parse(file).context.push_to_dynamo).tables.create).toEqual({
      customer_spend: 'customer_id:S'
    })
  })

  it('may come as text, as the command line gives them', () => {
    expect(readSettings(JSON.stringify({ tables })).logDays).toBe(90)
  })

  it.each([
    ['no table', { tables: {} }, 'name at least one table'],
    ['a misspelled name', { tables, logDay: 90 }, 'logDay'],
    ['keys without a type', { tables: { create: { orders: 'id' } } }, "'key:T'"],
    ['a table to create with *', { tables: { create: { 'orders*': 'id:S' } } }, 'tables.create.orders*'],
    ['a log period that CloudWatch lacks', { tables, logDays: 91 }, 'logDays'],
    ['a deadline past API Gateway', { tables, api: { deadlineMs: 29_000 } }, 'api.deadlineMs'],
    ['fewer reserved than workers', { tables, reservedConcurrency: { load: 4 } }, 'reservedConcurrency.load'],
    ['mail and topic', { tables, alarms: { mail: 'a@b.cd', topicArn: 'arn:aws:sns:r:1:t' } }, 'not both'],
    ['the ledger as a table', { tables: { existing: ['push_to_dynamo_ledger'] } }, 'takes no rows'],
    ['a name that means the ledger, too', { tables: { existing: ['push_*'] } }, 'name it closer'],
    ['a name too short for a table', { tables: { create: { o: 'id:S' } } }, 'tables.create.o'],
    ['a table twice', { tables: { ...tables, existing: ['orders'] } }, 'tables.create.orders'],
    ['an ARN of no table', { tables: { existing: ['arn:aws:s3:::bucket'] } }, 'tables.existing.0'],
    [
      'one role for both',
      { tables, snowflake: { invokeRole: 'r', unloadRole: 'r' } },
      'snowflake.unloadRole'
    ],
    ['a name that a bucket cannot have', { tables, name: 'Orders-Dev' }, 'name: not a name for a deployment'],
    ['a name that leaves no room for account and Region', { tables, name: 'a'.repeat(31) }, 'name'],
    [
      'tables of two accounts',
      {
        tables: {
          existing: [
            'arn:aws:dynamodb:eu-west-1:111122223333:table/orders',
            'arn:aws:dynamodb:eu-west-1:999999999999:table/others'
          ]
        }
      },
      'no others can be reached'
    ],
    [
      'tables of two partitions',
      {
        tables: {
          existing: [
            'arn:aws:dynamodb:eu-west-1:111122223333:table/orders',
            'arn:aws-cn:dynamodb:cn-north-1:111122223333:table/cntab'
          ]
        }
      },
      'is of partition aws-cn'
    ],
    [
      'a key of another Region than its table',
      {
        tables: {
          existing: [
            {
              table: 'arn:aws:dynamodb:eu-west-1:111122223333:table/orders',
              keyArn: 'arn:aws:kms:us-east-1:111122223333:key/abc'
            }
          ]
        }
      },
      'is of region us-east-1'
    ],
    [
      'an alias for a key',
      {
        tables: { existing: [{ table: 'orders', keyArn: 'arn:aws:kms:eu-west-1:111122223333:alias/orders' }] }
      },
      'an alias grants nothing'
    ],
    [
      'a whole account as principal',
      { tables, snowflake: { invoke: { principal: 'arn:aws:iam::111122223333:root', externalId: 'ab' } } },
      'not the ARN of an IAM user or role'
    ],
    ['an empty list of trusts', { tables, snowflake: { unload: [] } }, 'snowflake.unload'],
    [
      'two types of one attribute',
      { tables: { create: { orders: { keys: 'id:S', indexes: { by_id: 'day:S,id:N' } } } } },
      'id is S in one key and N in another'
    ],
    [
      'five attributes in a key',
      { tables: { create: { orders: { keys: 'id:S', indexes: { wide: 'a:S+b:S+c:S+d:S+e:S' } } } } },
      'tables.create.orders'
    ],
    [
      'a bulk table that is none',
      { tables, bulk: { tables: ['orders', 'others'] } },
      'others is not under tables'
    ],
    ['an import of names', { tables, bulk: { imports: { 'events_*': 'id:S' } } }, 'bulk.imports'],
    ['an import without types', { tables, bulk: { imports: { events: 'id' } } }, "write it as 'key:T'"],
    [
      'an import of a table to create',
      { tables: { create: { events: 'id:S' } }, bulk: { imports: { events: 'id:S' } } },
      'bulk.imports.events: the table is under tables.create'
    ],
    [
      'an import into the ledger',
      { tables, bulk: { imports: { push_to_dynamo_ledger: 'pk:S,sk:S' } } },
      'the ledger'
    ],
    ['an unknown TLS', { tables, api: { minTls: '1.1' } }, 'api.minTls'],
    ['a role that cannot be', { tables, snowflake: { invokeRole: 'a/b' } }, 'snowflake.invokeRole'],
    ['no JSON', '{"tables":', 'are not JSON'],
    [
      'a principal that is none',
      { tables, snowflake: { invoke: { principal: 'x', externalId: 'yy' } } },
      'principal'
    ]
  ])('are refused with the name of the setting: %s', (_what, settings, words) => {
    expect(() => readSettings(settings)).toThrow(words)
  })
})

describe('many tables', () => {
  const named = (letters: number, count: number) => ({
    tables: { existing: Array.from({ length: count }, (_, n) => String(n).padEnd(letters, 'x')) }
  })

  it.each([
    [15, 70],
    [27, 60],
    [40, 55]
  ])('of %i letters: %i of them fit', (letters, count) => {
    expect(readSettings(named(letters, count)).tables.existing).toHaveLength(count)
  })

  it.each([
    [15, 90],
    [27, 80],
    [40, 65]
  ])('of %i letters: %i of them are refused with the sum, and the cure', (letters, count) => {
    expect(() => readSettings(named(letters, count))).toThrow(
      new RegExp(
        `${count} tables make \\d+ letters of IAM policy, and 5650 fit: name tables .* by one name with \\*`
      )
    )
  })

  it('of very long names are refused for the environment of the functions', () => {
    expect(() => readSettings(named(200, 20))).toThrow("letters of a function's environment")
  })
})

describe('the ARN of a table', () => {
  const { state, service, byId } = templatesOf({
    tables: { existing: ['arn:aws:dynamodb:eu-west-1:111122223333:table/invoices'] }
  })

  it('holds the deployment to its account and Region, and the table is named by its name', () => {
    const [lambda] = [...byId.values()].filter(({ Type }) => Type === 'AWS::Lambda::Function')

    expect(lambda?.Properties.Environment).toMatchObject({ Variables: { PUSH_TABLES: 'invoices' } })
    expect(JSON.stringify([state.toJSON(), service.toJSON()])).not.toContain('arn:aws:dynamodb:eu-west-1')
  })

  it('CDK deploys nowhere else', () => {
    const existing = ['arn:aws:dynamodb:eu-west-1:111122223333:table/invoices']
    const { state, service } = appOf({ tables: { existing } })

    for (const stack of [state, service]) expect(stack.environment).toBe('aws://111122223333/eu-west-1')
    expect(appOf({ tables }).state.environment).toBe('aws://unknown-account/unknown-region')
  })
})

describe('what is allowed and may surprise', () => {
  const warned = (settings: unknown): string =>
    Annotations.fromStack(appOf(settings).service)
      .findWarning('*', Match.anyValue())
      .map(({ entry }) => String(entry.data))
      .filter((text) => text.includes('[ack: push_to_dynamo:'))
      .join()

  it('is a warning: nobody is told, push may take all concurrency', () => {
    expect(warned({ tables })).toMatch(/Nobody is told when an alarm goes off/)
    expect(warned({ tables })).toMatch(/200 requests a second of up to 20 s each/)
  })

  it('is none where the settings say otherwise', () => {
    expect(warned(fullSettings)).toBe('')
  })
})

describe('a proposed reservation for push', () => {
  it.each([
    [1000, 16, 200],
    [250, 16, 134],
    [126, 16, 10],
    [10, 16, undefined]
  ])('of %i unreserved, %i for the workers: %s', (unreserved, others, proposed) => {
    expect(proposedPush(unreserved, others)).toBe(proposed)
  })
})
