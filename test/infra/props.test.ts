import { describe, expect, it } from 'vitest'
import type {
  AlarmSettings,
  ApiSettings,
  CreatedTable,
  KeepDays,
  LaneNumbers,
  PushToDynamoProps,
  SnowflakeSettings
} from '../../infra/push-to-dynamo-props.ts'
import { readSettings, type SettingsInput } from '../../infra/settings.ts'

// Props are plain interfaces, so that their declaration needs no other package: the compiler holds them to the form.

type Same<One, Other> = [One, Other] extends [Other, One] ? true : false
type Given<Part extends keyof SettingsInput> = NonNullable<SettingsInput[Part]>
type AlarmsForm = Exclude<Given<'alarms'>, string>

const sameNames: readonly true[] = [
  true satisfies Same<
    Exclude<keyof PushToDynamoProps, 'createTables' | 'encryptionKey'>,
    keyof SettingsInput
  >,
  true satisfies Same<keyof ApiSettings, keyof Given<'api'>>,
  true satisfies Same<keyof SnowflakeSettings, keyof Given<'snowflake'>>,
  true satisfies Same<keyof KeepDays, keyof Given<'keepDays'>>,
  true satisfies Same<keyof LaneNumbers, keyof Given<'memoryMb'>>
]

type Shared = Omit<PushToDynamoProps, 'tables' | 'createTables' | 'encryptionKey' | 'alarms'>
const asForm = (props: Shared): Omit<SettingsInput, 'tables' | 'alarms'> => props
const asProps = (form: Omit<SettingsInput, 'tables' | 'alarms'>): Shared => form
const tableAsForm = (table: CreatedTable): NonNullable<SettingsInput['tables']['create']>[string] => table
const alarmsAsForm = ({ topic: _, ...alarms }: AlarmSettings): AlarmsForm => alarms

describe('props of the construct', () => {
  it('are the settings of cdk.json: the same names, the same values', () => {
    expect(sameNames).toHaveLength(5)
    const settings = readSettings({
      ...asForm(
        asProps({ logDays: 30, bulk: { tables: [{ table: 'orders' }], imports: { measures: 'id:S' } } })
      ),
      tables: { create: { orders: tableAsForm({ keys: 'id:S', indexes: { by_day: { keys: 'day:S' } } }) } },
      alarms: alarmsAsForm({ mail: 'on-call@example.com' })
    })
    expect(settings).toMatchObject({ logDays: 30, alarms: { mail: 'on-call@example.com' } })
  })
})
