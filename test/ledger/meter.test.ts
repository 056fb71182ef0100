import { describe, expect, it } from 'vitest'
import {
  dueAt,
  headAt,
  isDueToLearn,
  isIdle,
  isSkewed,
  isTooFar,
  isTooLate,
  type Meter,
  newMeter,
  noReport,
  placesToTake,
  unitsOfCall
} from '../../api/ledger/meter.ts'
import { toIdle, toLearn, toPromise, toTake } from '../../api/ledger/meter-changes.ts'
import { learned } from '../../api/ledger/meter-rate.ts'

const now = 1_700_000_000_000
const meter = (more: Partial<Meter> = {}): Meter => ({ ...newMeter('orders', 1_000, now), ...more })

describe('the head of a meter', () => {
  it('runs at the rate, and never backwards when clocks differ', () => {
    expect(headAt(meter({ head: 50 }), now + 2_000)).toBe(2_050)
    expect(headAt(meter({ head: 50 }), now - 200)).toBe(50)
  })

  it('reaches a place when it is due', () => {
    expect(dueAt(meter({ head: 50 }), 550)).toBe(now + 500)
  })
})

describe('a newcomer', () => {
  it('does not wait when the next free place is over 5 s away', () => {
    expect(isTooFar(meter({ end: 5_000 }), now)).toBe(false)
    expect(isTooFar(meter({ end: 5_001 }), now)).toBe(true)
  })

  it('may go to the queue while what waits is done in 200 s at the sure rate', () => {
    expect(toPromise(meter(), 500, now).when).toEqual([['end', '<=', 199_500]])
    expect(toPromise(meter({ sure: 500 }), 500, now).when).toEqual([['end', '<=', 99_500]])
  })

  it('may go to the queue of a table of which nothing is proven with 10,000 units, whatever it states', () => {
    expect(toPromise(newMeter('orders', 40_000, now), 500, now).when).toEqual([['end', '<=', 9_500]])
    expect(toPromise(newMeter('orders', undefined, now), 500, now).when).toEqual([['end', '<=', 9_500]])
  })
})

describe('places', () => {
  it('are taken for half a second, or all that is needed', () => {
    expect(placesToTake(meter(), 10_000)).toBe(500)
    expect(placesToTake(meter(), 30)).toBe(30)
    expect(placesToTake(meter({ rate: 10 }), 500)).toBe(25)
  })

  it('are used in calls of a quarter second, so that a slow table is not hit by 25 rows at once', () => {
    expect(unitsOfCall(meter({ rate: 10 }))).toBe(2)
    expect(unitsOfCall(meter({ rate: 1 }))).toBe(1)
  })

  it('that were promised before are not counted twice', () => {
    const how = { isFirst: false, isCompared: true, untilMs: now + 20_000 }
    expect(toTake(meter(), { places: 100, owed: 40, report: noReport }, now, how).add).toMatchObject({
      tail: 100,
      end: 60
    })
  })

  it('pass unused when nobody wants them: idling earns no credit', () => {
    const idle = meter({ tail: 100 })
    expect(isIdle(idle, now + 300)).toBe(false)
    expect(isIdle(idle, now + 400)).toBe(true)
    // Where the ledger answers in 400 ms, the head has gone on so far by the time that anybody knows of it.
    expect(isIdle(idle, now + 600, 400)).toBe(false)
    expect(isIdle(idle, now + 800, 400)).toBe(true)
    expect(toIdle(idle, now + 400).set).toMatchObject({ head: 100, at: now + 400, v: 2 })
  })
})

describe('the rate', () => {
  it('is looked at once a second, when at least 100 units were reported', () => {
    expect(isDueToLearn(meter({ acc: 100, dur: 0.1 }), now + 1_001)).toBe(true)
    expect(isDueToLearn(meter({ acc: 99, dur: 0.1 }), now + 1_001)).toBe(false)
    expect(isDueToLearn(meter({ acc: 100, dur: 0.1 }), now + 1_000)).toBe(false)
  })

  it('falls to just what was taken when more than 1 % is refused, at most by half', () => {
    expect(learned(meter({ acc: 950, ref: 50, dur: 1 }), now + 1_100)).toMatchObject({ rate: 931, quiet: 0 })
    expect(learned(meter({ acc: 95, ref: 5, dur: 1 }), now + 1_100).rate).toBe(500)
  })

  it('takes what is sure along, by a quarter at the most in one look', () => {
    expect(learned(meter({ acc: 10, ref: 990, dur: 1 }), now + 1_100).sure).toBe(250)
    expect(learned(meter({ acc: 300, ref: 700, dur: 1 }), now + 1_100).sure).toBeCloseTo(272.7, 1)
  })

  it('falls by as much as it takes when more than a tenth is refused, but by 30 % where it held before', () => {
    expect(learned(meter({ acc: 300, ref: 700, dur: 1 }), now + 1_100)).toMatchObject({
      rate: 294,
      quiet: -1
    })
    expect(learned(meter({ acc: 10, ref: 990, dur: 1 }), now + 1_100).rate).toBe(125)
    expect(learned(meter({ acc: 300, ref: 700, dur: 1, quiet: 5 }), now + 1_100).rate).toBe(700)
  })

  it('voids the places of a plan that was far off, and lets what was in flight pass unjudged', () => {
    const far = meter({ acc: 300, ref: 700, dur: 1, tail: 9_000, end: 12_000 })
    const { set } = toLearn(far, now + 1_100)
    expect(set).toMatchObject({ head: 9_000, epoch: 1, rate: 294 })
    const fallen = { ...far, ...set, acc: 10, ref: 90, dur: 0.2 } as Meter
    expect(isDueToLearn(fallen, now + 1_400)).toBe(true)
    expect(learned(fallen, now + 1_400)).toEqual({ quiet: 9 })
  })

  it('is sought anew, and no lower than a quarter of what is sure, where nothing at all is taken', () => {
    const out = { acc: 0, ref: 500, dur: 0.5 }
    expect(learned(meter(out), now + 1_100)).toEqual({ rate: 250, slow: 0, quiet: -2 })
    expect(learned(meter({ ...out, sure: 0, rate: 60 }), now + 1_100).rate).toBe(50)
    expect(learned(meter({ ...out, rate: 2 }), now + 1_100).rate).toBe(2)
    const back = meter({ rate: 250, slow: 0, quiet: -3, acc: 40, ref: 200, dur: 1 })
    expect(learned(back, now + 1_100), 'what was refused before it was back').toEqual({ quiet: -1 })
    expect(toPromise(meter({ slow: 0, rate: 250 }), 500, now, { isBegun: true }).when).toEqual([
      ['end', '<=', 99_500]
    ])
  })

  it('that is still sought falls by half at the first refusals, and is sought again, from below', () => {
    const sought = meter({ rate: 4_000, acc: 950, ref: 50, dur: 0.25, slow: 0, quiet: 4 })
    expect(learned(sought, now + 1_100)).toMatchObject({ rate: 2_000, slow: 1, quiet: -2 })
    const fallen = meter({ rate: 2_000, acc: 100, ref: 400, dur: 0.25, quiet: -2 })
    expect(learned(fallen, now + 1_300)).toEqual({ quiet: -3 })

    const again = { rate: 2_000, quiet: -3, since: now }
    expect(isDueToLearn(meter({ ...again, acc: 500, dur: 0.25 }), now + 260)).toBe(true)
    expect(learned(meter({ ...again, acc: 500, dur: 0.25 }), now + 260)).toMatchObject({
      rate: 2_400,
      quiet: -3
    })
    expect(learned(meter({ ...again, acc: 480, ref: 20, dur: 0.25 }), now + 260)).toMatchObject({
      rate: 1_881.6,
      quiet: 9
    })
    expect(learned(meter({ ...again, acc: 300, ref: 300, dur: 0.3 }), now + 310)).toMatchObject({
      rate: 980,
      quiet: -2
    })
    expect(learned(meter({ ...again, acc: 10, dur: 0.01 }), now + 1_100)).toMatchObject({ quiet: 9 })
  })

  it('is looked at all the same where short pauses follow each other, and anew after a long one', () => {
    const paused = meter({ tail: 100 })
    expect(toIdle(paused, now + 900).set?.since).toBe(now)
    expect(toIdle(paused, now + 5_000).set?.since).toBe(now + 5_000)
  })

  it('begins with 4,000 where more is stated, and is sought from there', () => {
    expect(newMeter('orders', 40_000, now)).toMatchObject({ rate: 4_000, sure: 0, slow: 0 })
    expect(newMeter('orders', 3_000, now)).toMatchObject({ rate: 3_000, sure: 3_000, slow: 1 })
    const sought = { ...newMeter('orders', 40_000, now), rate: 30_000, acc: 30_000, dur: 1 }
    expect(learned(sought, now + 1_100)).toMatchObject({ rate: 40_000, slow: 1 })
  })

  it('grows slowly while nothing is refused, faster the longer', () => {
    expect(learned(meter({ acc: 1_000, dur: 1 }), now + 1_100).rate).toBe(1_010)
    expect(learned(meter({ acc: 1_000, dur: 1, quiet: 8 }), now + 1_100).rate).toBeCloseTo(1_080)
    expect(learned(meter({ acc: 1_000, dur: 1, quiet: 100 }), now + 1_100).rate).toBeCloseTo(1_200)
  })

  it('stays when most of the schedule was not used', () => {
    expect(learned(meter({ acc: 100, dur: 0.1 }), now + 1_100).rate).toBeUndefined()
  })

  it('grows by half a look while nothing is known of the table', () => {
    const cold = { ...newMeter('orders', undefined, now), acc: 1_000, dur: 1 }
    expect(learned(cold, now + 1_100).rate).toBe(1_500)
  })

  it('is never sure above what the table states', () => {
    expect(learned(meter({ acc: 3_000, dur: 1 }), now + 1_100).sure).toBe(1_000)
  })
})

describe('promises to the queue', () => {
  it('lapse in the time that nobody used, and never below the places that were taken', () => {
    const idle = meter({ tail: 100, end: 5_100 })
    expect(toIdle(idle, now + 2_000).set?.end).toBe(5_100 - 1_900)
    expect(toIdle(idle, now + 60_000).set?.end).toBe(100)
  })

  it('do not lapse while somebody takes places or is promised some', () => {
    const { when } = toIdle(meter({ tail: 100, end: 300 }), now + 2_000)
    expect(when).toEqual([
      ['v', '=', 1],
      ['tail', '<=', 100],
      ['end', '<=', 300]
    ])
  })
})

describe('a writer with a deadline', () => {
  it('takes no place that is due after it: it would pass unused', () => {
    const inTwoSeconds = now + 2_000
    expect(isTooLate(meter({ tail: 1_950 }), 50, now, inTwoSeconds)).toBe(false)
    expect(isTooLate(meter({ tail: 1_951 }), 50, now, inTwoSeconds)).toBe(true)
    const how = { isFirst: false, isCompared: false, untilMs: inTwoSeconds }
    expect(toTake(meter(), { places: 50, owed: 0, report: noReport }, now, how).when).toContainEqual([
      'tail',
      '<=',
      1_950
    ])
  })
})

describe('a meter that was anchored by another clock', () => {
  it('makes no sense when that clock is over a second ahead', () => {
    expect(isSkewed(meter(), now - 1_000)).toBe(false)
    expect(isSkewed(meter(), now - 1_001)).toBe(true)
  })
})
