import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openSynced, type Synced } from '../../support/synced.ts'

// Each CALL runs a hundred statements.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let world: Synced
beforeAll(async () => {
  world = await openSynced([{ name: 'customer_alerts', keys: [{ name: 'customer_id', type: 'S' }] }])
})
afterAll(() => world.close())

describe('sql/examples/sync.sql', () => {
  it('runs as it stands, and leaves the table equal to the source', async () => {
    const runs = await world.sql(await readFile('sql/examples/sync.sql', 'utf8'))
    expect(runs.map((run) => run.STATE)).toEqual(Array.from({ length: 5 }, () => 'complete'))
    const [{ ALERTS } = {}] = await world.sql('SELECT COUNT(*) AS alerts FROM savings_alerts')
    expect((await world.items('customer_alerts', 'customer_id')).size).toBe(ALERTS)
  })
})
