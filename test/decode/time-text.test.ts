import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dateText, timestampText, timeText } from '../../api/decode/time-text.ts'

describe('a day as text', () => {
  it('is the one that Date says, in the years that Snowflake has', () =>
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          const day = Math.floor(date.getTime() / 86_400_000)

          expect(dateText(day)).toBe(new Date(day * 86_400_000).toISOString().slice(0, 10))
        }
      ),
      { numRuns: 1_000 }
    ))

  it('knows leap days and the years beyond four digits', () => {
    expect([dateText(11_016), dateText(-25_509), dateText(0)]).toEqual([
      '2000-02-29',
      '1900-02-28',
      '1970-01-01'
    ])
    expect(dateText(2_932_897)).toBe('+010000-01-01')
    expect(dateText(-719_529)).toBe('-000001-12-31')
  })
})

describe('a timestamp as text', () => {
  it('is the one that Date says to the millisecond, and keeps its microseconds', () =>
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        fc.nat(999),
        (date, micros) => {
          const text = date.toISOString().slice(0, -1)

          expect(timestampText(BigInt(date.getTime()), 'MILLIS')).toBe(`${text}000`)
          expect(timestampText(BigInt(date.getTime()) * 1000n + BigInt(micros), 'MICROS')).toBe(
            text + String(micros).padStart(3, '0')
          )
        }
      )
    ))

  it('has nine digits where the column holds nanoseconds, whatever this one is', () => {
    expect(timestampText(1_500n, 'NANOS')).toBe('1970-01-01T00:00:00.000001500')
    expect(timestampText(-1_000n, 'NANOS')).toBe('1969-12-31T23:59:59.999999000')
  })

  it('survives the widest values that 64 bits hold', () => {
    expect(timestampText(2n ** 63n - 1n, 'MICROS')).toBe('+294247-01-10T04:00:54.775807')
    expect(timestampText(-(2n ** 63n), 'NANOS')).toBe('1677-09-21T00:12:43.145224192')
  })
})

describe('a time of day as text', () => {
  it('goes from midnight to the last microsecond', () => {
    expect([timeText(0n, 'MILLIS'), timeText(86_399_999_999n, 'MICROS')]).toEqual([
      '00:00:00.000000',
      '23:59:59.999999'
    ])
  })
})
