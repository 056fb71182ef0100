import { describe, expect, it } from 'vitest'
import { type ChunkRecord, chunkKey } from '../../api/ledger/chunk-record.ts'
import { claimChunk } from '../../api/ledger/claim-chunk.ts'
import { change } from '../../api/ledger/ledger-store.ts'
import { openFromManifest } from '../../api/load/open-run.ts'
import { resumeRun } from '../../api/local/resume-run.ts'
import { auditOf } from '../support/audit-of.ts'
import { bulkWorld, orders } from '../support/bulk-world.ts'

describe('a redrive on this machine', () => {
  it('goes on at once, and however often processes were killed over a chunk, it is not called poison', async () => {
    const world = bulkWorld()
    world.unload('r1', { 'a.ndjson': orders(0, 50) })
    await openFromManifest(world.deps, 'r1', new AbortController().signal)
    for (let kill = 0; kill < 12; kill += 1) {
      // A process takes the chunk, and dies.
      await change<ChunkRecord, unknown>(world.ledger, chunkKey('r1', 'a.ndjson', 0), (chunk) =>
        chunk ? claimChunk(chunk, `process ${kill}`, world.clock.now(), 60_000) : { answer: undefined }
      )
      expect(await resumeRun(world.deps, 'r1', undefined)).toBe('running')
    }
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ state: 'complete', rows: { read: 50, written: 50 } })
    const [settled, ...others] = auditOf(world.store, 'chunks/r1/')
    expect(settled).toMatchObject({ event: 'chunk_settled', claims: 13 })
    expect(settled?.seconds).toBeLessThan(60)
    expect(others).toEqual([])
  })

  it('opens a run whose opening was cut off before the ledger knew it', async () => {
    const world = bulkWorld()
    world.unload('r1', { 'a.ndjson': orders(0, 5) })
    expect(await resumeRun(world.deps, 'r1', undefined)).toBe('running')
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ state: 'complete', rows: { written: 5 } })
    expect(await resumeRun(world.deps, 'r2', undefined)).toBe('unknown')
  })
})
