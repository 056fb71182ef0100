import { describe, expect, it } from 'vitest'
import { claimEvent, eventIsOut } from '../../api/ledger/run-event.ts'
import {
  endRun,
  type Opening,
  openRun,
  type RunRecord,
  reopenRun,
  startRun
} from '../../api/ledger/run-record.ts'

const nowMs = 1_700_000_000_000
const opening: Opening = {
  run: 'r',
  table: 't',
  source: 's',
  options: 'null',
  manifest: 'm1',
  queryId: undefined
}
const opened = (): RunRecord => {
  const { next } = openRun(undefined, opening, nowMs)
  if (next === undefined) throw new Error('not opened')
  return next
}
const ended = (state: 'complete' | 'failed' = 'complete'): RunRecord => {
  const next = endRun(startRun(opened(), 2, 10), state, [], nowMs + 5)
  if (next === undefined) throw new Error('not ended')
  return next
}
const reopened = (): RunRecord => reopenRun(ended('failed'), '{"mode":"put"}') ?? opened()

describe('opening a run', () => {
  it('happens once; the same manifest again is the same run, another is refused', () => {
    expect(openRun(undefined, opening, nowMs)).toMatchObject({
      answer: 'opened',
      next: { state: 'opening', generation: 0 }
    })
    for (const record of [opened(), startRun(opened(), 2, 10), ended()]) {
      expect(openRun(record, opening, nowMs)).toEqual({ answer: 'same' })
      expect(openRun(record, { ...opening, manifest: 'm2' }, nowMs)).toEqual({ answer: 'other' })
    }
  })

  it('takes another manifest when a redrive opens what never began', () => {
    expect(openRun(reopened(), { ...opening, manifest: 'm2' }, nowMs)).toMatchObject({
      answer: 'opened',
      next: { manifest: 'm2', generation: 1 }
    })
  })

  it('starts it only from there', () => {
    expect(startRun(opened(), 2, 10)).toMatchObject({ state: 'running', chunks: 2, expected: 10 })
    const running = startRun(opened(), 2, 10)
    expect(startRun(running, 7, 70)).toBe(running)
    const done = ended()
    expect(startRun(done, 7, 70)).toBe(done)
  })
})

describe('the end of a run', () => {
  it('happens once and owes its event', () => {
    expect(ended()).toMatchObject({ state: 'complete', isEventDue: true, endedMs: nowMs + 5 })
    expect(endRun(ended(), 'failed', [], nowMs)).toBeUndefined()
    expect(endRun(ended('failed'), 'complete', [], nowMs)).toBeUndefined()
  })

  it('is announced by one worker at a time, and by the next when that one says nothing', () => {
    const first = claimEvent(ended(), nowMs, 10_000)
    expect(first.answer).toMatchObject({ kind: 'ours' })
    expect(claimEvent(first.next, nowMs + 9_999, 10_000)).toEqual({ answer: { kind: 'busy' } })
    expect(claimEvent(first.next, nowMs + 10_000, 10_000).answer).toMatchObject({ kind: 'ours' })
    expect(claimEvent(first.next && eventIsOut(first.next), nowMs, 10_000)).toEqual({
      answer: { kind: 'none' }
    })
    expect(claimEvent(undefined, nowMs, 10_000)).toEqual({ answer: { kind: 'none' } })
  })
})

describe('reopening a run', () => {
  it('takes ended runs only, into their next generation', () => {
    expect(reopenRun(opened(), undefined)).toBeUndefined()
    expect(reopenRun(startRun(opened(), 1, 1), undefined)).toBeUndefined()
    expect(reopenRun(ended(), undefined)).toMatchObject({
      state: 'opening',
      generation: 1,
      endedMs: undefined
    })
  })

  it('keeps the options of the last redrive that brought some', () => {
    const again = endRun(reopened(), 'failed', [], nowMs) ?? opened()
    expect(reopenRun(again, undefined)).toMatchObject({ optionsOfRedrive: '{"mode":"put"}', generation: 2 })
  })
})
