import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startEmbeddedDynamodb } from '../../api/local/embedded-dynamodb.ts'
import { extent } from '../support/extent.ts'
import { loadStoredFlights } from '../support/stored-flights.ts'

// More of them, and a chunk of 1 GB: `npm run prove`. Processes of their own, and thousands of rows.
describe('real flights', () => {
  it('load into the embedded DynamoDB, NDJSON and CSV, every one of them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'push-flights-'))
    const dynamodb = await startEmbeddedDynamodb()
    try {
      const rows = extent(600, 6_000)
      for (const format of ['ndjson.gz', 'csv.gz'] as const)
        expect(await loadStoredFlights(dynamodb.endpoint, folder, format, rows)).toEqual({
          state: 'complete',
          errors: [],
          written: rows,
          stored: rows
        })
    } finally {
      await dynamodb.close()
      await rm(folder, { recursive: true, force: true })
    }
  })
})
