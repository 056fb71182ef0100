import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startEmbeddedDynamodb } from '../../api/local/embedded-dynamodb.ts'
import { loadFlights } from '../support/load-flights.ts'
import { loadStoredFlights } from '../support/stored-flights.ts'

// More of them, and a chunk of 1 GB: `npm run prove`.
describe('real flights', () => {
  it('load into the embedded DynamoDB, NDJSON and CSV, every one of them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'push-flights-'))
    const dynamodb = await startEmbeddedDynamodb()
    try {
      for (const format of ['ndjson.gz', 'csv.gz'] as const)
        expect(await loadStoredFlights(dynamodb.endpoint, folder, format, 6_000)).toEqual({
          state: 'complete',
          written: 6_000,
          stored: 6_000
        })
    } finally {
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
