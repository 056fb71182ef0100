import { describe, expect, it } from 'vitest'
import { arnText, templatesOf } from './synthesized.ts'

// Dev and prod, or the deployments of two Snowflake accounts, in one account and Region.

const tables = { existing: ['orders'] }
const usual = templatesOf({ tables })
const other = templatesOf({ name: 'orders_dev', tables })

/** Names that the account, or the world, has once. */
const namesIn = ({ byId }: typeof usual): string[] =>
  [...byId.values()].flatMap(({ Properties }) =>
    ['TableName', 'BucketName', 'RoleName', 'Name'].flatMap((property) =>
      Properties[property] === undefined ? [] : [arnText(Properties[property])]
    )
  )

describe('two deployments of different names', () => {
  it('share no name', () => {
    const names = namesIn(other)

    expect(names.toSorted()).toEqual([
      'orders-dev-<AWS::AccountId>-<AWS::Region>',
      'orders_dev',
      'orders_dev',
      'orders_dev_invoke',
      'orders_dev_ledger',
      'orders_dev_unload'
    ])
    expect(namesIn(usual).filter((name) => names.includes(name))).toEqual([])
    expect(other.stackNames).toEqual(['OrdersDevState', 'OrdersDevService'])
    expect(usual.stackNames).toEqual(['PushToDynamoState', 'PushToDynamoService'])
  })

  it('refer to nothing of each other: the template holds one name only', () => {
    const text = JSON.stringify([other.state.toJSON(), other.service.toJSON()])
    const descriptions =
      /"Description":"[^"]*"|"AlarmDescription":"[^"]*"|"DisplayName":"[^"]*"|\*\*push_to_dynamo\*\*/g

    expect(text.replaceAll(descriptions, '')).not.toMatch(/push_to_dynamo|push-to-dynamo|PushToDynamo/)
  })
})
