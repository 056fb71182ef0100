import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { readSettings } from '../../infra/settings.ts'

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
