import { describe, expect, it } from 'vitest'
import { diceOf } from '../support/bulk-world.ts'
import { extent } from '../support/extent.ts'
import { badEvery, killLoop } from '../support/kill-loop.ts'

// Real processes, killed and started again; 50 kills: `npm run prove:kill-loop`.
describe('a load whose process is killed again and again', () => {
  it('ends with the table as its source, counts as its manifest, and one settle a chunk', async () => {
    const [chunks, rowsPerChunk] = [4, extent(1_200, 2_000)]
    const ended = await killLoop(chunks, rowsPerChunk, extent(2, 8), diceOf(5))
    const bad = Array.from({ length: rowsPerChunk }, (_, n) => n).filter((n) => n % badEvery === 7)
    const good = chunks * (rowsPerChunk - bad.length)
    expect(ended.kills).toBeGreaterThan(0)
    expect(ended.status).toMatchObject({
      state: 'complete',
      chunks: { total: chunks, settled: chunks, failed: 0 },
      rows: { read: chunks * rowsPerChunk, written: good, rejected: chunks * bad.length }
    })
    expect(ended.ids).toHaveLength(good)
    const names = Array.from({ length: chunks }, (_, n) => `c${n}.ndjson.gz`)
    expect(ended.auditSettles).toEqual(names)
    expect(ended.done).toEqual(names)
    expect(ended.rejected).toEqual(Object.fromEntries(names.map((name) => [`${name}.ndjson.gz`, bad])))
  })
})
