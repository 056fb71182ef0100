import { describe, expect, it } from 'vitest'
import { openSettlement } from '../../api/write/settlement.ts'
import { plan, write } from '../support/rows.ts'

describe('the settlement of a plan', () => {
  it('says written or deleted of what was taken', () => {
    const settlement = openSettlement()
    const put = write({ id: 'a' })
    const remove = {
      ...write({ id: 'b' }, { mode: 'delete' }),
      rows: [{ rowNumber: 1, done: 'deleted' as const }]
    }

    const left = settlement.answered([put, remove], {
      kind: 'answered',
      outcomes: ['taken', 'taken'],
      units: 2
    })

    expect(left).toEqual([])
    expect([...settlement.results]).toEqual([
      [0, { status: 'written' }],
      [1, { status: 'deleted' }]
    ])
    expect(settlement.counts.writeUnits).toBe(2)
  })

  it('gives back what was left, also where an outcome is missing', () => {
    const settlement = openSettlement()
    const [a, b] = [write({ id: 'a' }), write({ id: 'b' })]
    expect(settlement.answered([a, b], { kind: 'answered', outcomes: ['left'], units: 0 })).toEqual([a, b])
    expect(settlement.results.size).toBe(0)
  })

  it('lets rows that were folded into one write share its fate', () => {
    const { plain } = plan([[{ id: 'a', x: 1 }], [{ id: 'a', y: 2 }, { mode: 'update' }]])
    const settlement = openSettlement()
    settlement.answered(plain, { kind: 'answered', outcomes: ['taken'], units: 1 })
    expect([...settlement.results]).toEqual([
      [0, { status: 'written' }],
      [1, { status: 'written' }]
    ])
  })

  it('gives up only what is open, with its attempts and the last reason', () => {
    const settlement = openSettlement()
    const [a, b] = [
      write({ id: 'a' }),
      { ...write({ id: 'b' }), rows: [{ rowNumber: 1, done: 'written' as const }] }
    ]
    settlement.called()
    settlement.failed([a, b])
    settlement.called()
    settlement.answered([a, b], { kind: 'answered', outcomes: ['taken', 'left'], units: 1 })
    settlement.because('DynamoDB throttles')

    settlement.giveUp([a, b])

    expect(settlement.counts.calls).toBe(2)
    expect(settlement.results.get(0)).toEqual({ status: 'written' })
    expect(settlement.results.get(1)).toEqual({
      status: 'unprocessed',
      attempts: 2,
      message: 'ran out of time: DynamoDB throttles; send the row again'
    })
  })

  it('says so when a row was never tried', () => {
    const settlement = openSettlement()
    settlement.giveUp([write({ id: 'a' })])
    expect(settlement.results.get(0)).toMatchObject({
      attempts: 0,
      message: 'ran out of time: the deadline came before the first attempt; send the row again'
    })
  })

  it('remembers whose answer was lost', () => {
    const settlement = openSettlement()
    const [a, b] = [write({ id: 'a' }), write({ id: 'b' })]
    settlement.lost([a])
    expect([settlement.isMaybeTaken(a), settlement.isMaybeTaken(b)]).toEqual([true, false])
  })
})
