import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startEmbeddedDynamodb } from '../../api/local/embedded-dynamodb.ts'
import { unloadFlights } from '../support/flights.ts'
import { loadFlights } from '../support/load-flights.ts'
import { lastJson, runCommand } from '../support/run-command.ts'
import { outsideClient, scanTable } from '../support/test-app.ts'

describe('real flights', () => {
  it('load into the embedded DynamoDB, NDJSON and CSV, every one of them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'push-flights-'))
    const dynamodb = await startEmbeddedDynamodb()
    const client = outsideClient(dynamodb.endpoint)
    try {
      const rows = 6_000
      for (const format of ['ndjson.gz', 'csv.gz'] as const) {
        await mkdir(join(folder, format))
        await unloadFlights(join(folder, format), format, rows, 2_500)
      }
      const env = { DYNAMODB_ENDPOINT: dynamodb.endpoint }
      const ndjson = ['--table', 'flights_json=id:S', '--json', 'ndjson.gz']
      const csv = ['--table', 'flights_csv=id:S', '--json', 'csv.gz']
      for (const [table, args] of [
        ['flights_json', ndjson],
        ['flights_csv', csv]
      ] as const) {
        const loaded = await runCommand('load', args, folder, env)
        expect(lastJson(loaded)).toMatchObject({ state: 'complete', rows: { read: rows, written: rows } })
        const items = await scanTable(client, table)
        expect(new Set(items.map(({ id }) => id?.S)).size).toBe(rows)
      }
    } finally {
      client.destroy()
      await dynamodb.close()
      await rm(folder, { recursive: true, force: true })
    }
  })

  it.each(['ndjson.gz', 'csv.gz'] as const)(
    'take the same memory however long a chunk is: %s',
    async (format) => {
      const small = await loadFlights(format, 5_000, 5_000, 1)
      const large = await loadFlights(format, 35_000, 35_000, 1)
      for (const [loaded, rows] of [
        [small, 5_000],
        [large, 35_000]
      ] as const) {
        expect(loaded.status).toMatchObject({
          state: 'complete',
          rows: { expected: rows, read: rows, written: rows }
        })
        expect(loaded.counted).toBe(rows)
      }
      expect(large.peakMB).toBeLessThan(200)
      expect(large.peakMB - small.peakMB).toBeLessThan(30)
    }
  )
})
