import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { change, type LedgerRecord, type LedgerStore } from '../../api/ledger/ledger-store.ts'
import { cancelRun, openRun, type RunRecord, runKey, startRun } from '../../api/ledger/run-record.ts'

export interface OpenedLedger {
  readonly ledger: LedgerStore
  close(): Promise<void>
}

interface Note extends LedgerRecord {
  readonly text?: string | undefined
  readonly count?: number
}
const expires_at = 2_000_000_000
const note = (pk: string, sk: string, rev: number, more: Partial<Note> = {}): Note => ({
  pk,
  sk,
  rev,
  expires_at,
  ...more
})

/** What every ledger promises. */
export const ledgerStoreContract = (name: string, open: () => Promise<OpenedLedger>): void => {
  describe(name, () => {
    let ledger: LedgerStore
    let close = async (): Promise<void> => {}
    beforeAll(async () => {
      const opened = await open()
      ledger = opened.ledger
      close = opened.close
    })
    afterAll(() => close())
    const all = async (pk: string, prefix: string): Promise<readonly Note[]> =>
      Array.fromAsync(ledger.list<Note>(pk, prefix))

    it('gives back what was put, without members that are undefined', async () => {
      await ledger.put(note('a', '1', 1, { text: undefined, count: 3 }), undefined)
      expect(await ledger.get<Note>({ pk: 'a', sk: '1' })).toEqual(note('a', '1', 1, { count: 3 }))
      expect(await ledger.get<Note>({ pk: 'a', sk: '2' })).toBeUndefined()
    })

    it('puts what is absent once, and what is present only on top of what was read', async () => {
      expect(await ledger.put(note('b', '1', 1), undefined)).toBe(true)
      expect(await ledger.put(note('b', '1', 9), undefined)).toBe(false)
      expect(await ledger.put(note('b', '1', 2), 7)).toBe(false)
      expect(await ledger.put(note('b', '1', 2), 1)).toBe(true)
      expect(await ledger.put(note('b', 'absent', 2), 1)).toBe(false)
      expect(await ledger.get<Note>({ pk: 'b', sk: '1' })).toMatchObject({ rev: 2 })
    })

    it('ends a run that many cancel once, and keeps all of it', async () => {
      const opening = {
        run: 'g',
        table: 't',
        source: 's',
        options: 'null',
        manifest: 'm',
        queryId: undefined
      }
      const { next } = openRun(undefined, opening, 1_000)
      if (next === undefined) throw new Error('not opened')
      expect(await ledger.put(startRun({ ...next, rev: 1 }, 3, 10), undefined)).toBe(true)
      const cancel = (n: number): Promise<boolean> =>
        change<RunRecord, boolean>(ledger, runKey('g'), (record) => {
          const cancelled = record && cancelRun(record, { by: `user ${n}` }, 2_000 + n)
          return { ...(cancelled && { next: cancelled }), answer: cancelled !== undefined }
        })
      const ended = await Promise.all([1, 2, 3].map(cancel))
      expect(ended.filter(Boolean)).toHaveLength(1)
      const winner = ended.indexOf(true) + 1
      const record = await ledger.get<RunRecord>(runKey('g'))
      expect(record).toMatchObject({ state: 'failed', chunks: 3, expected: 10, isEventDue: true, rev: 2 })
      expect(record).toMatchObject({ errors: [`cancelled by user ${winner}`], endedMs: 2_000 + winner })
    })

    it('lets one of many win each put, so that no change is lost', async () => {
      const key = { pk: 'c', sk: '1' }
      const add = (): Promise<number> =>
        change<Note, number>(ledger, key, (record) => {
          const count = (record?.count ?? 0) + 1
          return { next: note('c', '1', 0, { count }), answer: count }
        })
      const counts = await Promise.all(Array.from({ length: 12 }, add))
      expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, n) => n + 1))
      expect(await ledger.get<Note>(key)).toMatchObject({ count: 12, rev: 12 })
    })

    it('lists a partition by prefix, in order, beyond a page of 1 MB', async () => {
      const text = 'x'.repeat(100_000)
      for (const n of [3, 1, 2]) await ledger.put(note('d', `other#${n}`, 1), undefined)
      for (let n = 24; n >= 0; n -= 1)
        await ledger.put(note('d', `chunk#${String(n).padStart(2, '0')}`, 1, { text }), undefined)
      const chunks = await all('d', 'chunk#')
      expect(chunks.map(({ sk }) => sk)).toEqual(
        Array.from({ length: 25 }, (_, n) => `chunk#${String(n).padStart(2, '0')}`)
      )
      expect(await all('d', 'none#')).toEqual([])
      expect(await all('d', '')).toHaveLength(28)
    })

    it('adds to a counter, many at once', async () => {
      const key = { pk: 'e', sk: 'ended#0' }
      const sums = await Promise.all(Array.from({ length: 10 }, () => ledger.add(key, 1, expires_at)))
      expect(sums.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    })

    it('knows all members of a crowd, each with its own time', async () => {
      const key = { pk: 'f', sk: 'workers' }
      expect(await ledger.join(key, 'one', 10, expires_at)).toEqual({ one: 10 })
      await Promise.all(['two', 'three#1'].map((member) => ledger.join(key, member, 20, expires_at)))
      expect(await ledger.join(key, 'one', 30, expires_at)).toEqual({ one: 30, two: 20, 'three#1': 20 })
    })
  })
}
