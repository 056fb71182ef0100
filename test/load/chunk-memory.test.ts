import { expect, it } from 'vitest'
import { loadIntoNull } from '../support/load-into-null.ts'
import { unloadWideRows } from '../support/wide-rows.ts'

/** More than this is growth with the input, less is when the collector came by. */
const mostDifferenceMB = 40

// A process of its own for each load. Reading is looked at for CSV, and in `npm run prove:whole` for each format, in
// test/decode/chunk-rows.test.ts; a chunk of 1 GB in `npm run prove:large-chunk`.
it('a worker takes the same memory for a chunk of 4 MB and of 54 MB, and writes every row', async () => {
  const peaks: number[] = []
  for (const rows of [400, 5_400]) {
    const { status, counted, peakMB } = await loadIntoNull(unloadWideRows('ndjson.gz', rows))
    expect(status).toMatchObject({ state: 'complete', rows: { expected: rows, read: rows, written: rows } })
    expect(counted).toBe(rows)
    peaks.push(peakMB)
  }

  const [small = 0, large = 0] = peaks
  expect(large).toBeLessThan(200)
  expect(large - small).toBeLessThan(mostDifferenceMB)
})
