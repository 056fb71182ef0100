import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { daysAreSummed, openSynced, type Synced } from '../../support/synced.ts'

// Each CALL runs a hundred statements.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let world: Synced
beforeAll(async () => {
  world = await openSynced(
    ['customer_alerts', 'spend_alerts'].map((name) => ({
      name,
      keys: [{ name: 'customer_id', type: 'S' as const }]
    }))
  )
  await world.sql(daysAreSummed)
})
afterAll(() => world.close())

describe('sql/examples/sync.sql', () => {
  it('runs as it stands, and leaves the table equal to the source', { timeout: 180_000 }, async () => {
    const runs = await world.sql(await readFile('sql/examples/sync.sql', 'utf8'))
    expect(runs.map((run) => run.STATE)).toEqual(Array.from({ length: 5 }, () => 'complete'))
    const [{ ALERTS } = {}] = await world.sql('SELECT COUNT(*) AS alerts FROM savings_alerts')
    expect((await world.items('customer_alerts', 'customer_id')).size).toBe(ALERTS)
  })
})

describe('sql/examples/savings_alert_stream.sql', () => {
  it('runs as it stands: its task follows what MERGE changes', { timeout: 180_000 }, async () => {
    const items = await world.sql(await readFile('sql/examples/savings_alert_stream.sql', 'utf8'))
    expect(items.map(({ ITEM }) => ITEM)).toEqual([
      { average_spend: expect.any(Number), customer_id: 'C010', spend: 460 },
      null
    ])
    const runs = await world.sql("SELECT state, route FROM dynamo_sync_runs WHERE sync = 'savings'")
    expect(runs.map(({ STATE }) => STATE)).toEqual(['complete', 'complete'])
    const alerts = await world.sql('SELECT customer_id FROM spend_alerts')
    const stored = await world.items('spend_alerts', 'customer_id')
    expect([...stored.keys()].toSorted()).toEqual(alerts.map(({ CUSTOMER_ID }) => CUSTOMER_ID).toSorted())
    // Four payments of 60 in twelve months: the others count as zero.
    const average = "SELECT average_spend FROM spend_against_average WHERE customer_id = 'C000'"
    expect(await world.sql(average)).toEqual([{ AVERAGE_SPEND: 20 }])
  })
})
