import { describe, expect, it } from 'vitest'
import {
  type ChunkRecord,
  checkpointChunk,
  failChunk,
  isEnded,
  releaseChunk,
  settleChunk,
  waitingChunk
} from '../../api/ledger/chunk-record.ts'
import { claimChunk, isPoison } from '../../api/ledger/claim-chunk.ts'
import { addProgress, type Progress } from '../../api/ledger/progress.ts'
import { noRows } from '../../api/ledger/row-counts.ts'

const nowMs = 1_700_000_000_000
const leaseMs = 60_000
const waiting = waitingChunk(
  {
    run: 'r',
    chunk: 'c',
    kind: 'rows',
    generation: 0,
    key: 'k',
    etag: 'e',
    bytes: 1,
    expected: 9,
    rejectedBefore: 0
  },
  nowMs
)
const claimed = (record: ChunkRecord, owner: string, atMs = nowMs): ChunkRecord => {
  const { answer } = claimChunk(record, owner, atMs, leaseMs)
  if (answer.kind !== 'claimed') throw new Error(answer.kind)
  return answer.record
}
const progress: Progress = {
  rowsDone: 5,
  counts: { ...noRows, read: 5, written: 4, rejected: 1 },
  writeUnits: 7,
  throttles: 1,
  reasons: { hot: 1 },
  files: 1,
  codes: {},
  errors: ['row 3']
}
const loading = claimed(waiting, 'a')
const all = {
  waiting,
  loading,
  settled: settleChunk(loading, nowMs),
  failed: failChunk(loading, 'why', nowMs),
  redriven: { ...failChunk(loading, 'why', nowMs), state: 'redriven' as const }
}

describe('a claim', () => {
  it('takes a chunk that waits, and counts itself', () => {
    expect(loading).toMatchObject({
      state: 'loading',
      owner: 'a',
      claims: 1,
      idleClaims: 1,
      startedMs: nowMs
    })
    expect(loading.leaseUntilMs).toBe(nowMs + leaseMs)
  })

  it('of another worker finds it busy to the very end of the lease, and takes it then', () => {
    expect(claimChunk(loading, 'b', nowMs + leaseMs - 1, leaseMs).answer).toEqual({
      kind: 'busy',
      untilMs: nowMs + leaseMs
    })
    expect(claimed(loading, 'b', nowMs + leaseMs)).toMatchObject({ owner: 'b', claims: 2, startedMs: nowMs })
  })

  it('whose own answer was lost finds itself, and is not counted again', () => {
    expect(claimChunk(loading, 'a', nowMs + 1, leaseMs)).toEqual({
      answer: { kind: 'claimed', record: loading }
    })
  })

  it.each(['settled', 'failed', 'redriven'] as const)('does not take a chunk that is %s', (state) => {
    expect(claimChunk(all[state], 'b', nowMs + 9e9, leaseMs)).toEqual({
      answer: { kind: 'ended', record: all[state] }
    })
  })

  it('makes a chunk poison when five of them got nowhere; progress starts the count anew', () => {
    let record = waiting
    for (const owner of ['a', 'b', 'c', 'd']) record = releaseChunk(claimed(record, owner))
    expect(isPoison(record)).toBe(false)
    const fifth = claimed(record, 'e')
    expect(isPoison(fifth)).toBe(true)
    expect(isPoison(checkpointChunk(fifth, progress, nowMs, leaseMs))).toBe(false)
  })
})

describe('a checkpoint', () => {
  const once = checkpointChunk(loading, progress, nowMs + 5, leaseMs)

  it('notes how far everything is answered, adds up, and starts the lease anew', () => {
    expect(once).toMatchObject({
      rowsDone: 5,
      counts: progress.counts,
      writeUnits: 7,
      throttles: 1,
      owner: 'a'
    })
    const twice = checkpointChunk(once, { ...progress, rowsDone: 10, files: 2 }, nowMs + 9, leaseMs)
    expect(twice.counts).toMatchObject({ read: 10, written: 8, rejected: 2 })
    expect(twice).toMatchObject({ reasons: { hot: 2 }, parts: [[1, 2]], leaseUntilMs: nowMs + 9 + leaseMs })
  })

  it('keeps the parts of earlier claims beside its own', () => {
    const later = claimed(releaseChunk(once), 'b')
    expect(checkpointChunk(later, progress, nowMs, leaseMs).parts).toEqual([
      [1, 1],
      [2, 1]
    ])
    expect(checkpointChunk(later, { ...progress, files: 0 }, nowMs, leaseMs).parts).toEqual([[1, 1]])
  })

  it('of several slices at once is that of each of them in a row', () => {
    const total = { rows: 3, bytes: 9, tableUnits: 4, indexUnits: 1, seconds: 2 }
    const first = { chunk: 'c', number: 7, message: 'no key' }
    const slices: readonly Progress[] = [
      { ...progress, codes: { missing_key: { rows: 1, first } }, dry: total },
      {
        ...progress,
        rowsDone: 9,
        files: 2,
        reasons: { hot: 2, cold: 1 },
        codes: { missing_key: { rows: 2 } }
      },
      { ...progress, rowsDone: 12, files: 2, writeUnits: 30, throttles: 4, errors: ['row 11'], dry: total }
    ]
    const each = slices.reduce((record, slice) => checkpointChunk(record, slice, nowMs, leaseMs), loading)
    expect(checkpointChunk(loading, slices.reduce(addProgress), nowMs, leaseMs)).toEqual(each)
  })

  it('keeps the first five errors', () => {
    let record = loading
    for (let n = 0; n < 9; n += 1)
      record = checkpointChunk(record, { ...progress, errors: [`row ${n}`] }, nowMs, leaseMs)
    expect(record.errors).toEqual(['row 0', 'row 1', 'row 2', 'row 3', 'row 4'])
  })
})

describe('the end of a chunk', () => {
  it('owes the join only where rows were set aside', () => {
    expect(all.settled.after).toBe('report')
    expect(settleChunk(checkpointChunk(loading, progress, nowMs, leaseMs), nowMs).after).toBe('join')
  })

  it('puts the reason of a failure first', () => {
    const failed = failChunk(checkpointChunk(loading, progress, nowMs, leaseMs), 'cut off', nowMs)
    expect(failed).toMatchObject({ state: 'failed', errors: ['cut off', 'row 3'], owner: undefined })
  })

  it('is told from what is still going on', () => {
    expect(
      Object.entries(all)
        .filter(([, record]) => isEnded(record))
        .map(([state]) => state)
    ).toEqual(['settled', 'failed', 'redriven'])
  })
})
