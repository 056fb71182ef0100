import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toEpoch } from '../../api/plan/epoch.ts'

describe('a timestamp as epoch seconds', () => {
  it.each([
    ['1970-01-01', '0'],
    ['2026-11-24', '1795478400'],
    ['2026-11-24T10:00:00Z', '1795514400'],
    ['2026-11-24t10:00:00z', '1795514400'],
    ['2026-11-24 10:00:00', '1795514400'],
    ['2026-11-24 10:00', '1795514400'],
    ['2026-11-24 10:00:59.999999999', '1795514459'],
    ['2026-11-24T12:00:00+02:00', '1795514400'],
    ['2026-11-24T12:00:00+02', '1795514400'],
    ['2026-11-24 12:00:00.000 +0200', '1795514400'],
    ['2026-11-24 04:30:00.123 -0530', '1795514400'],
    ['2024-02-29T23:59:59Z', '1709251199'],
    ['1969-12-31T23:59:59.9Z', '-1'],
    ['0001-01-01', '-62135596800'],
    ['9999-12-31T23:59:59Z', '253402300799']
  ])('%s is %s', (text, seconds) => expect(toEpoch(text)).toBe(seconds))

  it.each([
    '2026-02-29',
    '2026-02-30',
    '2026-13-01',
    '2026-00-01',
    '2026-01-00',
    '2026-01-32',
    '2026-01-99',
    '2026-12-32',
    '2026-04-31T00:00:00Z',
    '2026-11-24T24:00:00Z',
    '2026-11-24T10:60:00Z',
    '2026-11-24T10:00:60Z',
    '2026-11-24T10:00:00+16:00',
    '2026-11-24T10:00:00+01:60',
    '2026-11-24T',
    '2026-11-24T10',
    '2026-11-24 10:00:00 Europe/Berlin',
    '24.11.2026',
    '1795514400',
    ' 2026-11-24',
    '2026-11-24\n',
    ''
  ])('%j is none', (text) => expect(toEpoch(text)).toBeUndefined())

  it('agrees with the calendar for any instant and zone', () => {
    const instant = fc.date({ min: new Date(0), max: new Date('9990-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(instant, fc.integer({ min: -14 * 60, max: 14 * 60 }), (date, zoneMinutes) => {
        const local = new Date(date.getTime() + zoneMinutes * 60_000).toISOString().replace('Z', '')
        const two = (n: number) => String(Math.floor(n)).padStart(2, '0')
        const size = Math.abs(zoneMinutes)
        const zone = `${zoneMinutes < 0 ? '-' : '+'}${two(size / 60)}${two(size % 60)}`
        expect(toEpoch(`${local.replace('T', ' ')} ${zone}`)).toBe(String(Math.floor(date.getTime() / 1000)))
      })
    )
  })
})
