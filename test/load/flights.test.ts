import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startEmbeddedDynamodb } from '../../api/local/embedded-dynamodb.ts'
import { loadStoredFlights } from '../support/stored-flights.ts'

// More of them, and a chunk of 1 GB: `npm run prove`. Processes of their own, and thousands of rows.
describe('real flights', { timeout: 60_000 }, () => {
  it('load into the embedded DynamoDB, NDJSON and CSV, every one of them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'push-flights-'))
    const dynamodb = await startEmbeddedDynamodb()
    try {
      for (const format of ['ndjson.gz', 'csv.gz'] as const)
        expect(await loadStoredFlights(dynamodb.endpoint, folder, format, 6_000)).toEqual({
          state: 'complete',
          errors: [],
          written: 6_000,
          stored: 6_000
        })
    } finally {
      await dynamodb.close()
      await rm(folder, { recursive: true, force: true })
    }
  })
})
