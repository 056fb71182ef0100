import { describe, expect, it } from 'vitest'
import { answerBatch, type BatchRecord, claimBatch } from '../../api/ledger/batch-record.ts'
import { leasedRecord } from '../../api/ledger/leased-record.ts'
import type { LedgerStore } from '../../api/ledger/ledger-store.ts'
import { leaseMs, roundMs } from '../../api/runtime/time-budgets.ts'
import { memoryLedger } from '../support/memory-ledger.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const arrived = {
  hash: 'hash',
  route: '/push',
  rows: 1,
  pushTables: undefined,
  queryId: 'q',
  user: 'u',
  batchId: 'b'
}
const claimed = (record: BatchRecord | undefined, owner: string, nowMs: number): BatchRecord => {
  const { next } = claimBatch(record, arrived, { owner, nowMs, leaseMs })
  if (next === undefined) throw new Error('it is claimed')
  return next
}
const known = { results: '{}', resultsKey: undefined }
const answered = (record: BatchRecord): BatchRecord => answerBatch(record, known)

const open = async () => {
  const clock = virtualClock()
  const ledger = memoryLedger()
  const record = claimed(undefined, 'we', clock.now())
  await ledger.put(record, undefined)
  const heldIn = (own: Pick<LedgerStore, 'get' | 'put'>) => leasedRecord(own, clock, record)
  /** Somebody else takes it over, as soon as he may. */
  const takeOver = async (): Promise<void> => {
    await clock.sleep(leaseMs)
    await ledger.put(claimed(record, 'others', clock.now()), 1)
  }
  return { clock, ledger, record, heldIn, held: heldIn(ledger), takeOver }
}

describe('a record that we hold', () => {
  it('is written with the next revision', async () => {
    const { held, ledger, record } = await open()
    expect(await held.write(answered)).toMatchObject({ rev: 2, state: 'answered' })
    expect(held.record()).toMatchObject({ rev: 2, state: 'answered' })
    expect(await ledger.get(record)).toMatchObject({ rev: 2, state: 'answered' })
  })

  it('is not written when somebody else has taken it over', async () => {
    const { held, ledger, record, takeOver } = await open()
    await takeOver()

    expect(await held.write(answered)).toBeUndefined()
    expect(await ledger.get(record)).toMatchObject({ owner: 'others' })
  })

  it('is still ours when the answer of the write was lost and the write repeated', async () => {
    const { heldIn, ledger } = await open()
    const put: LedgerStore['put'] = async (next, was) => {
      await ledger.put(next, was)
      return ledger.put(next, was)
    }
    expect(await heldIn({ ...ledger, put }).write(answered)).toMatchObject({ rev: 2 })
  })

  it('is not taken for written when an earlier write of ours stands there instead', async () => {
    const { heldIn, ledger, record } = await open()
    let isFirst = true
    const put: LedgerStore['put'] = async (next, was) => {
      const isMade = await ledger.put(next, was)
      if (!isFirst) return isMade
      isFirst = false
      throw new Error('the answer was lost')
    }
    const held = heldIn({ ...ledger, put })
    await expect(held.write((now) => ({ ...now, claims: 7 }))).rejects.toThrow('lost')
    expect(await held.write(answered)).toBeUndefined()
    expect(await ledger.get(record)).toMatchObject({ claims: 7, state: 'working' })
  })
})

describe('the lease of a record that we hold', () => {
  it('starts anew once a round of it is over, and not before', async () => {
    const { clock, held } = await open()
    const endsMs = held.record().leaseUntilMs
    await clock.sleep(roundMs - 1)
    expect([await held.renew(), held.record().leaseUntilMs]).toEqual([true, endsMs])
    await clock.sleep(1)
    expect([await held.renew(), held.record().leaseUntilMs]).toEqual([true, endsMs + roundMs])
  })

  it('lasts over any wait, and is lost when somebody else took the record', async () => {
    const { clock, held } = await open()
    const never = new AbortController().signal
    expect(await held.wait(10 * leaseMs, never)).toBe(true)
    expect(held.isOver()).toBe(false)
    expect(held.record().leaseUntilMs).toBeGreaterThan(clock.now())

    const other = await open()
    await other.takeOver()
    expect(other.held.isOver()).toBe(true)
    expect([await other.held.renew(), await other.held.wait(1, never)]).toEqual([false, false])
  })

  it('is not waited for past the deadline', async () => {
    const { clock, held } = await open()
    expect(await held.wait(leaseMs, clock.deadline(1_000))).toBe(false)
    expect(clock.passed()).toBe(1_000)
  })
})
