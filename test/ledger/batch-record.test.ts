import { describe, expect, it } from 'vitest'
import {
  answerBatch,
  type BatchRecord,
  batchKeptSeconds,
  claimBatch,
  claimSpilled,
  isExpired,
  latestKey,
  releaseBatch,
  spillBatch
} from '../../api/ledger/batch-record.ts'

const now = 1_700_000_000_000
const arrived = {
  hash: 'hash',
  route: '/push',
  rows: 2,
  pushTables: undefined,
  queryId: 'q',
  user: 'u',
  batchId: 'b'
}
const claim = (record: BatchRecord | undefined, owner: string, atMs = now) =>
  claimBatch(record, arrived, { owner, nowMs: atMs, leaseMs: 30_000 })
const working = (): BatchRecord => {
  const { next } = claim(undefined, 'first')
  if (next === undefined) throw new Error('the first claim writes a record')
  return next
}
const known = { results: '{}', resultsKey: undefined }

describe('a batch that arrives', () => {
  it('is claimed by the first, and nothing of it can be in the table', () => {
    const { answer, next } = claim(undefined, 'first')
    expect(answer).toMatchObject({ kind: 'claimed', isMaybeTaken: false })
    expect(next).toMatchObject({ state: 'working', rev: 1, leaseUntilMs: now + 30_000 })
  })

  it('is at work for everybody else until the lease ends', () => {
    expect(claim(working(), 'second', now + 29_999)).toEqual({
      answer: { kind: 'working', untilMs: now + 30_000 }
    })
  })

  it('is taken over when the lease has ended, and rows may be in the table then', () => {
    const { answer, next } = claim(working(), 'second', now + 30_000)
    expect(answer).toMatchObject({ kind: 'claimed', isMaybeTaken: true })
    expect(next).toMatchObject({ owner: 'second', claims: 2, rev: 2 })
  })

  it('is still its own when the answer to the claim was lost', () => {
    expect(claim(working(), 'first').answer).toMatchObject({ kind: 'claimed', isMaybeTaken: false })
  })

  it('is answered from the ledger once it has its answer', () => {
    const answered = answerBatch(working(), known)
    expect(claim(answered, 'second').answer).toEqual({ kind: 'answered', record: answered })
  })

  it('is in the queue once it was spilled', () => {
    expect(claim(spillBatch(working(), { ...known, promises: [] }), 'second').answer).toEqual({
      kind: 'spilled'
    })
  })

  it('comes again as new after it was sent back', () => {
    const { answer } = claim(releaseBatch(working()), 'second')
    expect(answer).toMatchObject({ kind: 'claimed', isMaybeTaken: false })
  })

  it('is not new after it was sent back by a second attempt', () => {
    const { next } = claim(working(), 'second', now + 30_000)
    const { answer } = claim(next && releaseBatch(next), 'third')
    expect(answer).toMatchObject({ kind: 'claimed', isMaybeTaken: true })
  })

  it('is new after 12 hours, whether DynamoDB has deleted the record or not', () => {
    const answered = answerBatch(working(), known)
    const later = now + batchKeptSeconds * 1_000
    expect(isExpired(answered, later - 1)).toBe(false)
    expect(claim(answered, 'second', later).answer).toMatchObject({ kind: 'claimed', isMaybeTaken: false })
  })
})

describe('a worker of the queue', () => {
  const take = (record: BatchRecord | undefined, atMs = now) => claimSpilled(record, 'worker', atMs, 60_000)
  const spilled = () => spillBatch(working(), { ...known, promises: [] })

  it('takes what was spilled: its rows say for themselves what may be in the table', () => {
    expect(take(spilled()).answer).toMatchObject({ kind: 'claimed', isMaybeTaken: false })
  })

  it('takes what a second attempt spilled: of the first, its rows know nothing', () => {
    const { next } = claim(working(), 'second', now + 30_000)
    const twice = next && spillBatch(next, { ...known, promises: [] })
    expect(take(twice, now + 31_000).answer).toMatchObject({ kind: 'claimed', isMaybeTaken: true })
  })

  it('waits for a worker that has it, and takes over what that one left behind', () => {
    const { next } = take(spilled())
    const second = (atMs: number) => claimSpilled(next, 'second', atMs, 60_000).answer
    expect(second(now + 59_999)).toEqual({ kind: 'working', untilMs: now + 60_000 })
    expect(second(now + 60_000)).toMatchObject({ kind: 'claimed', isMaybeTaken: true })
  })

  it('takes what a dead first attempt left behind', () => {
    expect(take(working()).answer).toMatchObject({ kind: 'working' })
    expect(take(working(), now + 30_000).answer).toMatchObject({ kind: 'claimed', isMaybeTaken: true })
  })

  it('takes what was sent back, for a repeat of it was accepted', () => {
    expect(take(releaseBatch(working())).answer).toMatchObject({ kind: 'claimed', isMaybeTaken: false })
  })

  it('leaves what is answered, and what nobody knows', () => {
    expect(take(answerBatch(working(), known)).answer).toMatchObject({ kind: 'answered' })
    expect(take(undefined).answer).toEqual({ kind: 'gone' })
  })
})

describe('the place of the latest body under a batch id', () => {
  it('is one that DynamoDB can hold, however long the id', () => {
    const { pk } = latestKey('/push', 'x'.repeat(5_000))
    expect(Buffer.byteLength(pk)).toBeLessThan(2_048)
    expect(pk).not.toBe(latestKey('/push', 'x'.repeat(5_001)).pk)
    expect(latestKey('/push', 'b').pk).toBe('latest#/push#b')
  })
})
