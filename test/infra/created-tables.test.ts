import { describe, expect, it } from 'vitest'
import { templatesOf } from './synthesized.ts'

const { ofType } = templatesOf({
  tables: {
    create: {
      plain: 'id:S',
      events: {
        keys: 'pk:S,sk:N',
        ttl: 'expires_at',
        pointInTimeRecovery: 7,
        warm: { write: 40_000, read: 12_000 },
        maxUnits: { write: 50_000 },
        indexes: {
          by_day: 'day:S,pk:S',
          by_place: { keys: 'country:S+city:S,day:S+sk:N', project: ['total'], maxUnits: { write: 1000 } },
          by_kind: { keys: 'kind:S', project: 'keys', warm: { write: 5000 } }
        }
      },
      scratch: { keys: 'id:S', pointInTimeRecovery: false }
    }
  }
})
const tableNamed = (name: string) =>
  ofType('AWS::DynamoDB::Table').find(({ Properties }) => Properties.TableName === name)?.Properties ?? {}
const indexNamed = (name: string) =>
  (tableNamed('events').GlobalSecondaryIndexes as Array<Record<string, unknown>>).find(
    ({ IndexName }) => IndexName === name
  )

describe('a table that the deployment creates', () => {
  it('expires by the attribute that the settings name, and by none that they do not', () => {
    expect(tableNamed('events').TimeToLiveSpecification).toEqual({
      AttributeName: 'expires_at',
      Enabled: true
    })
    expect(tableNamed('plain').TimeToLiveSpecification).toBeUndefined()
  })

  it('can be restored for as long as they say, 35 days by default', () => {
    expect(tableNamed('events').PointInTimeRecoverySpecification).toEqual({
      PointInTimeRecoveryEnabled: true,
      RecoveryPeriodInDays: 7
    })
    expect(tableNamed('plain').PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true })
    expect(tableNamed('scratch').PointInTimeRecoverySpecification).toEqual({
      PointInTimeRecoveryEnabled: false
    })
  })

  it('is warm from its first minute, and has a brake on cost', () => {
    expect(tableNamed('events')).toMatchObject({
      WarmThroughput: { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 40_000 },
      OnDemandThroughput: { MaxWriteRequestUnits: 50_000 }
    })
    expect(tableNamed('plain').WarmThroughput).toBeUndefined()
  })

  it('has its indexes, also with keys of several attributes', () => {
    expect(indexNamed('by_day')).toMatchObject({
      KeySchema: [
        { AttributeName: 'day', KeyType: 'HASH' },
        { AttributeName: 'pk', KeyType: 'RANGE' }
      ],
      Projection: { ProjectionType: 'ALL' }
    })
    expect(indexNamed('by_place')).toMatchObject({
      KeySchema: [
        { AttributeName: 'country', KeyType: 'HASH' },
        { AttributeName: 'city', KeyType: 'HASH' },
        { AttributeName: 'day', KeyType: 'RANGE' },
        { AttributeName: 'sk', KeyType: 'RANGE' }
      ],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['total'] },
      OnDemandThroughput: { MaxWriteRequestUnits: 1000 }
    })
    expect(indexNamed('by_kind')).toMatchObject({
      Projection: { ProjectionType: 'KEYS_ONLY' },
      WarmThroughput: { WriteUnitsPerSecond: 5000 }
    })
    expect(tableNamed('events').AttributeDefinitions).toHaveLength(6)
  })
})
