/** Ticks a second of Parquet's time units. */
const ticksPerSecond = { MILLIS: 1_000n, MICROS: 1_000_000n, NANOS: 1_000_000_000n } as const
export type TimeUnit = keyof typeof ticksPerSecond

const secondsPerDay = 86_400n

/**
 * `YYYY-MM-DD` of a day counted from 1970-01-01, in the proleptic Gregorian calendar. Years beyond 0000 to 9999, which
 * Snowflake has not, take ISO 8601's sign and six digits.
 */
export const dateText = (day: number): string => {
  // Years are counted from March, so that the day that a leap year adds is the last of its year.
  const fromMarch0000 = day + 719_468
  const era = Math.floor(fromMarch0000 / 146_097)
  const dayOfEra = fromMarch0000 - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const dayOfMonth = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
  return `${yearText(year)}-${twoDigits(month)}-${twoDigits(dayOfMonth)}`
}

/** `HH:MM:SS.ffffff` of ticks since midnight: six digits, nine for nanoseconds, so that a column has one form and sorts as text. */
export const timeText = (ticks: bigint, unit: TimeUnit): string => {
  const perSecond = ticksPerSecond[unit]
  const seconds = Number(ticks / perSecond)
  const nanos = String((ticks % perSecond) * (ticksPerSecond.NANOS / perSecond)).padStart(9, '0')
  const fraction = unit === 'NANOS' ? nanos : nanos.slice(0, 6)
  const minutes = Math.floor(seconds / 60)
  return `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}:${twoDigits(seconds % 60)}.${fraction}`
}

/** `YYYY-MM-DDTHH:MM:SS.ffffff` of ticks since 1970-01-01T00:00:00, also before it. */
export const timestampText = (ticks: bigint, unit: TimeUnit): string => {
  const perDay = ticksPerSecond[unit] * secondsPerDay
  const past = ((ticks % perDay) + perDay) % perDay
  return `${dateText(Number((ticks - past) / perDay))}T${timeText(past, unit)}`
}

const twoDigits = (value: number): string => (value < 10 ? `0${value}` : String(value))

const yearText = (year: number): string => {
  if (year >= 0 && year <= 9_999) return String(year).padStart(4, '0')
  return `${year < 0 ? '-' : '+'}${String(Math.abs(year)).padStart(6, '0')}`
}
