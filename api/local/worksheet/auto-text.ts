import { ofText } from './of-text.ts'
import { WorksheetError } from './worksheet-error.ts'

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const two = (digits: string | number): string => String(digits).padStart(2, '0')

/** A day that exists, as ISO text; undefined for the 31st of February. */
const isoDay = (year: string, month: number, day: string): string | undefined => {
  const moment = new Date(Date.UTC(2000, 0, 1))
  moment.setUTCFullYear(Number(year), month - 1, Number(day))
  const exists = moment.getUTCMonth() === month - 1 && moment.getUTCDate() === Number(day)
  return exists ? `${year}-${two(month)}-${two(day)}` : undefined
}

const monthNamed = (name: string): number => months.indexOf(name.toLowerCase()) + 1

/** A clock as one of 24 hours, with its fraction; undefined where it is none. */
const dayClock = (clock: string): string | undefined => {
  const [, hour = '', rest = '', half] =
    /^(\d{1,2})(:[0-5]\d:[0-5]\d(?:\.\d+)?)(?: ([AP]M))?$/i.exec(clock) ?? []
  const hours = Number(hour)
  if (half === undefined) return rest !== '' && hours < 24 ? `${two(hours)}${rest}` : undefined
  if (hours < 1 || hours > 12) return undefined
  return `${two((hours % 12) + (half.toUpperCase() === 'PM' ? 12 : 0))}${rest}`
}

/** Thu, 21 Dec 2000 16:01:07.123 +0200 and Mon Jul 08 18:09:51 +0000 2013 */
const withDayName = (text: string, day: string | undefined): string | undefined => {
  const [written = ''] = /\d{1,2}:\d\d:\d\d(\.\d+)?( [AP]M)?/i.exec(text) ?? []
  const clock = dayClock(written)
  const [, hours, minutes] = / ([+-]\d\d)(\d\d)\b/.exec(text) ?? []
  return day && clock && `${day} ${clock}${hours === undefined ? '' : `${hours}:${minutes}`}`
}

/** Nanoseconds of a unit that has so many in it, by the size of the number, as TO_TIMESTAMP guesses them. */
const unitOf = (size: bigint): bigint => {
  if (size < 31_536_000_000n) return 1_000_000_000n
  if (size < 31_536_000_000_000n) return 1_000_000n
  return size < 31_536_000_000_000_000n ? 1_000n : 1n
}

/** The years 1 to 9999. */
const [first, last] = ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z'].map(
  (moment) => BigInt(Date.parse(moment)) * 1_000_000n
) as [bigint, bigint]

/** Seconds, milliseconds, microseconds or nanoseconds since 1970. */
const ofEpoch = (digits: string): string | undefined => {
  const given = BigInt(digits.replace('+', ''))
  const nanoseconds = given * unitOf(given < 0n ? -given : given)
  if (nanoseconds > last || nanoseconds < first) return undefined
  const fraction = ((nanoseconds % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n
  const seconds = new Date(Number((nanoseconds - fraction) / 1_000_000n)).toISOString().slice(0, 19)
  return `${seconds.replace('T', ' ')}.${String(fraction).padStart(9, '0')}`
}

// \s as DuckDB knows it.
const space = '[\\t\\n\\f\\r ]'
const iso = new RegExp(
  `^${space}*\\d{4}-\\d{1,2}-\\d{1,2}([T ]\\d{1,2}(:\\d{1,2}(:\\d{1,2}(\\.\\d*)?)?)?${space}*(Z|[+-]\\d\\d(:?\\d\\d)?)?)?${space}*$`
)
const loneHour = new RegExp(`([T ]\\d{1,2})${space}*$`)

type Reader = (text: string, parts: readonly string[]) => string | undefined

/** Each form of AUTO and its reader, which gives ISO text, or undefined for a moment that does not exist. */
const forms: readonly (readonly [RegExp, Reader])[] = [
  [iso, (text) => (/^[\t\n\f\r ]*0000|[T ]24/.test(text) ? undefined : text.replace(loneHour, '$1:00'))],
  [/^[+-]?\d+$/, (text) => ofEpoch(text)],
  [
    /^(\d{1,2})-([A-Za-z]{3})-(\d{4})$/,
    (_, [day = '', month = '', year = '']) => isoDay(year, monthNamed(month), day)
  ],
  [
    /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: (\d{1,2}:\d\d:\d\d))?$/,
    (_, [month = '', day = '', year = '', written]) => {
      const date = isoDay(year, Number(month), day)
      const clock = written === undefined ? '' : dayClock(written)
      return clock && date ? `${date} ${clock}` : clock === '' ? date : undefined
    }
  ],
  [
    /^[A-Z]{3}, (\d{1,2}) ([A-Z]{3}) (\d{4}) \d{1,2}:\d\d:\d\d(?:\.\d{1,9})?(?: [AP]M)?(?: [+-]\d{4})?$/i,
    (text, [day = '', month = '', year = '']) => withDayName(text, isoDay(year, monthNamed(month), day))
  ],
  [
    /^[A-Za-z]{3} ([A-Za-z]{3}) (\d{1,2}) \d{1,2}:\d\d:\d\d(?: [+-]\d{4})? (\d{4})$/,
    (text, [month = '', day = '', year = '']) => withDayName(text, isoDay(year, monthNamed(month), day))
  ]
]

/**
 * A date or timestamp in one of the forms of AUTO, and no other that DuckDB would read, as ISO text; what is none of
 * them begins with a question mark. A function and no macro: a macro repeats its argument wherever it names it, and a
 * view with many casts took a quarter of a second to bind.
 * https://docs.snowflake.com/en/sql-reference/date-time-input-output#supported-formats-for-auto-detection
 */
const autoText = (text: string): string => {
  for (const [form, read] of forms) {
    const parts = form.exec(text)
    if (parts) return read(text, parts.slice(1)) ?? `?${text}`
  }
  if (/^[A-Za-z]{3},? ([A-Za-z]{3} )?\d/.test(text))
    throw new WorksheetError(
      'This form of AUTO, with the name of a day, is not supported in the local worksheet'
    )
  return `?${text}`
}

/** For TIMESTAMP_NTZ(9) and DATE. */
export const momentText = ofText(autoText)

/** What holds six digits of a fraction does not quietly drop more. */
export const microText = ofText((text) => {
  if (/:\d\d\.\d{6}0*[1-9]/.test(text))
    throw new WorksheetError(
      'A fraction of more than six digits here is not supported in the local worksheet'
    )
  return autoText(text)
})
