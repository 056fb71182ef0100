import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type ChunkRecord, waitingChunk } from '../../api/ledger/chunk-record.ts'
import { joinRejected, removeRejectedParts } from '../../api/load/join-rejected.ts'
import { packRejectedRows } from '../../api/load/rejected-rows.ts'
import { rejectedKey, rejectedPartKey } from '../../api/load/run-paths.ts'
import { memoryStore } from '../support/memory-store.ts'

const forever = new AbortController().signal
const record: ChunkRecord = {
  ...waitingChunk(
    {
      run: 'r',
      chunk: 'c',
      kind: 'rows',
      generation: 0,
      key: 'k',
      etag: 'e',
      bytes: 1,
      expected: 2,
      rejectedBefore: 0
    },
    0
  ),
  state: 'settled',
  claims: 2,
  parts: [
    [1, 1],
    [2, 1]
  ],
  after: 'join'
}
const part = (number: number) =>
  packRejectedRows([{ number, code: 'missing_key', message: 'm', row: { text: 't' } }])

const withParts = async () => {
  const store = memoryStore()
  for (const claim of [1, 2])
    await store.write(rejectedPartKey('r', 'c', 0, { claim, file: 0 }), await part(claim))
  return store
}

describe('parts of rejected rows', () => {
  it('are joined in the order of the claims into one gzip file', async () => {
    const store = await withParts()
    await joinRejected({ store }, record, forever)
    const text = gunzipSync(store.objects.get(rejectedKey('r', 'c')) ?? Buffer.alloc(0)).toString()
    expect(text.match(/"number":\d/g)).toEqual(['"number":1', '"number":2'])
  })

  it('that somebody else has joined and cleared away meanwhile leave the joined file as it is', async () => {
    const store = await withParts()
    await joinRejected({ store }, record, forever)
    const whole = store.objects.get(rejectedKey('r', 'c'))
    await store.remove(rejectedPartKey('r', 'c', 0, { claim: 2, file: 0 }))
    await joinRejected({ store }, record, forever)
    expect(store.objects.get(rejectedKey('r', 'c'))).toBe(whole)
  })

  it('are cleared away with those that nobody noted; those of a chunk in a folder of that name stay', async () => {
    const store = await withParts()
    await store.write(rejectedPartKey('r', 'c', 0, { claim: 1, file: 1 }), await part(9))
    const neighbour = rejectedPartKey('r', 'c/d', 0, { claim: 1, file: 0 })
    await store.write(neighbour, await part(1))
    await removeRejectedParts({ store }, record, forever)
    expect(store.keys('')).toEqual([neighbour])
  })
})
