import { readFileSync } from 'node:fs'
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storedForm, UnknownForm } from '../../api/json/stored-form.ts'
import { ledgerTableName } from '../../api/ledger/ledger-store.ts'
import { type Meter, newMeter } from '../../api/ledger/meter.ts'
import { type Ledger, openLedger } from '../../api/ledger/open-ledger.ts'
import { type EmbeddedDynamodb, startEmbeddedDynamodb } from '../../api/local/embedded-dynamodb.ts'
import { createLedgerTable } from '../../api/local/ledger-table.ts'
import { outsideClient } from '../support/test-app.ts'

const before: Meter = JSON.parse(
  readFileSync(new URL('../support/form-1.json', import.meta.url), 'utf8')
).meter

describe.each(['wire', 'sdk'] as const)('meters in DynamoDB by the %s', (kind) => {
  let engine: EmbeddedDynamodb
  let client: ReturnType<typeof outsideClient>
  let opened: Ledger
  const put = (Item: object) =>
    DynamoDBDocumentClient.from(client).send(
      new PutCommand({ TableName: ledgerTableName, Item: { ...Item } })
    )
  const stored = async ({ pk, sk }: Meter) =>
    (
      await DynamoDBDocumentClient.from(client).send(
        new GetCommand({ TableName: ledgerTableName, Key: { pk, sk } })
      )
    ).Item

  beforeAll(async () => {
    engine = await startEmbeddedDynamodb()
    client = outsideClient(engine.endpoint)
    await createLedgerTable(client)
    opened = openLedger({ endpoint: engine.endpoint, kind })
  })
  afterAll(async () => {
    opened.close()
    client.destroy()
    await engine.close()
  })

  it('say their form', async () => {
    const meter = newMeter('fresh', 100, 1_700_000_000_000)
    expect(await opened.meters.create(meter)).toEqual(meter)
    expect(await stored(meter)).toEqual({ ...meter, form: storedForm })
    expect(await opened.meters.get('fresh')).toEqual(meter)
  })

  it('of the version before are read and changed', async () => {
    await put(before)
    const { meters } = opened
    expect(await meters.get('orders')).toEqual(before)
    const changed = await meters.change('orders', { add: { tail: 25 }, when: [['v', '=', before.v]] })
    expect(changed).toEqual({ isMade: true, meter: { ...before, tail: 25 } })
  })

  it('of a later version are neither read nor changed', async () => {
    const later = { ...newMeter('later', 100, 1_700_000_000_000), form: storedForm + 1 }
    await put(later)
    const { meters } = opened
    await expect(meters.get('later')).rejects.toThrow(UnknownForm)
    await expect(meters.create(newMeter('later', 1, 0))).rejects.toThrow(UnknownForm)
    await expect(meters.change('later', { add: { tail: 1 }, when: [] })).rejects.toThrow(UnknownForm)
    expect(await stored(later)).toEqual(later)
  })
})
