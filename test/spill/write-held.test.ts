import { describe, expect, it } from 'vitest'
import { answerBatch, type BatchRecord, claimBatch } from '../../api/ledger/batch-record.ts'
import type { OnceDeps } from '../../api/spill/once-deps.ts'
import { writeHeld } from '../../api/spill/write-held.ts'
import { memoryLedger } from '../support/memory-ledger.ts'

const arrived = { route: '/push', rows: 1, pushTables: undefined, queryId: 'q', batchId: 'b' }
const claimed = (record: BatchRecord | undefined, owner: string, nowMs: number): BatchRecord => {
  const { next } = claimBatch(record, 'hash', arrived, owner, nowMs, 30_000)
  if (next === undefined) throw new Error('it is claimed')
  return next
}
const known = { results: '{}', resultsKey: undefined }

describe('the record of a batch that we hold', () => {
  const held = async () => {
    const ledger = memoryLedger()
    const record = claimed(undefined, 'we', 0)
    await ledger.put(record, undefined)
    return { ledger, record }
  }

  it('is written with the next revision', async () => {
    const { ledger, record } = await held()
    expect(await writeHeld(ledger, answerBatch(record, known))).toMatchObject({ rev: 2, state: 'answered' })
  })

  it('is not written when somebody else has taken the batch over', async () => {
    const { ledger, record } = await held()
    const others = claimed(record, 'others', 30_000)
    await ledger.put(others, 1)

    expect(await writeHeld(ledger, answerBatch(record, known))).toBeUndefined()
    expect(await ledger.get(record)).toMatchObject({ owner: 'others' })
  })

  it('is still ours when the answer of the write was lost and the write repeated', async () => {
    const { ledger, record } = await held()
    const put: OnceDeps['ledger']['put'] = async (next, was) => {
      await ledger.put(next, was)
      return ledger.put(next, was)
    }
    expect(await writeHeld({ ...ledger, put }, answerBatch(record, known))).toMatchObject({ rev: 2 })
  })
})
