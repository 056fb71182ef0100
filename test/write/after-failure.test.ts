import { describe, expect, it } from 'vitest'
import { Flaw } from '../../api/plan/row-result.ts'
import { afterFailure } from '../../api/write/after-failure.ts'
import { openSettlement } from '../../api/write/settlement.ts'
import { type TableCheck, tableDoubt } from '../../api/write/table-doubt.ts'
import type { CallFailure } from '../../api/write/write-port.ts'
import { write } from '../support/rows.ts'

const signal = new AbortController().signal
const [a, b] = [
  write({ id: 'a' }),
  { ...write({ id: 'b' }), rows: [{ rowNumber: 1, done: 'written' as const }] }
]

const judged = async (
  failure: CallFailure,
  writes = [a, b],
  { check = 'same' as TableCheck, purpose = 'write' as 'write' | 'read' } = {}
) => {
  const settlement = openSettlement()
  let looks = 0
  const doubt = tableDoubt(async () => {
    looks += 1
    return check
  })
  const after = await afterFailure(failure, writes, { settlement, doubt, purpose }, signal)
  return {
    after,
    results: [...settlement.results.values()],
    isMaybeTaken: settlement.isMaybeTaken(a),
    looks,
    settlement
  }
}
const flaw = new Flaw('unsupported_value', 'no')

describe('after a call that failed', () => {
  it('a refused one is sent again, and nothing of it can have been taken', async () => {
    const { after, isMaybeTaken, settlement } = await judged({ kind: 'refused', reason: 'slow down' })
    expect(after).toEqual({ end: 'refused', next: 'again' })
    expect(isMaybeTaken).toBe(false)
    expect(settlement.counts.throttles).toBe(1)
  })

  it('a lost one is sent again, and may have been taken', async () => {
    const { after, isMaybeTaken } = await judged({ kind: 'lost', reason: 'reset' })
    expect(after).toEqual({ end: 'refused', next: 'again' })
    expect(isMaybeTaken).toBe(true)
  })

  it('a lost read has taken nothing', async () => {
    expect((await judged({ kind: 'lost', reason: 'reset' }, [a], { purpose: 'read' })).isMaybeTaken).toBe(
      false
    )
  })

  it('a missing table is looked at: still there, the call is sent again', async () => {
    const { after, looks } = await judged({ kind: 'no_table' })
    expect([after, looks]).toEqual([{ end: 'refused', next: 'again' }, 1])
  })

  it.each(['gone', 'changed'] as const)(
    'a table that is %s ends the plan and settles nothing',
    async (check) => {
      const { after, results } = await judged({ kind: 'no_table' }, [a, b], { check })
      expect([after.next, results]).toEqual(['over', []])
    }
  )

  it('a denied one is not sent again and says what to do', async () => {
    const { after, results } = await judged({ kind: 'denied', reason: 'no permission: check the role' })
    expect(after).toEqual({ end: 'settled', next: 'over' })
    expect(results).toEqual([0, 1].map(() => expect.objectContaining({ status: 'unprocessed' })))
    expect(JSON.stringify(results)).toContain('no permission: check the role')
  })

  it('an invalid one of several writes is taken apart', async () => {
    const { after, results } = await judged({ kind: 'invalid', flaw, isAboutKeys: false })
    expect([after, results]).toEqual([{ end: 'settled', next: 'apart' }, []])
  })

  it('an invalid one of a single write is rejected', async () => {
    const { after, results } = await judged({ kind: 'invalid', flaw, isAboutKeys: false }, [a])
    expect(after).toEqual({ end: 'settled', next: 'over' })
    expect(results).toEqual([{ status: 'rejected', code: 'unsupported_value', message: 'no' }])
  })

  it('a read is never the reason for a reject', async () => {
    const { after, results } = await judged({ kind: 'invalid', flaw, isAboutKeys: false }, [a], {
      purpose: 'read'
    })
    expect([after.next, results]).toEqual(['apart', []])
  })

  it('keys that do not fit a changed table end the plan, those that fit no table are rejected', async () => {
    const changed = await judged({ kind: 'invalid', flaw, isAboutKeys: true }, [a], { check: 'changed' })
    expect([changed.after.next, changed.results]).toEqual(['over', []])
    const same = await judged({ kind: 'invalid', flaw, isAboutKeys: true }, [a])
    expect(same.results).toMatchObject([{ status: 'rejected' }])
  })
})
