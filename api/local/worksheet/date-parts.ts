import { notSupported } from './worksheet-error.ts'

export type DatePart =
  | 'year'
  | 'quarter'
  | 'month'
  | 'week'
  | 'day'
  | 'hour'
  | 'minute'
  | 'second'
  | 'millisecond'
  | 'microsecond'

/** https://docs.snowflake.com/en/sql-reference/functions-date-time#supported-date-and-time-parts */
const spellings: Readonly<Record<DatePart, string>> = {
  year: 'y yy yyy yyyy yr years yrs',
  quarter: 'q qtr qtrs quarters',
  month: 'mm mon mons months',
  week: 'w wk weekofyear woy wy weeks',
  day: 'd dd days dayofmonth',
  hour: 'h hh hr hours hrs',
  minute: 'm mi min minutes mins',
  second: 's sec seconds secs',
  millisecond: 'ms msec milliseconds',
  microsecond: 'us usec microseconds'
}

const parts = new Map<string, DatePart>(
  (Object.entries(spellings) as [DatePart, string][]).flatMap(([part, others]) =>
    [part, ...others.split(' ')].map((spelling): [string, DatePart] => [spelling, part])
  )
)

/** The part of a date that was written; `m` is a minute. @throws WorksheetError for parts we do not know. */
export const datePart = (written: string): DatePart => {
  const part = parts.get(written.toLowerCase())
  if (part === undefined) throw notSupported(`The date part '${written}'`)
  return part
}

/** DuckDB's interval of `count` parts. */
export const intervalOf = (part: DatePart, count: string): string => {
  switch (part) {
    case 'quarter':
      return `to_months(CAST(3 * ${count} AS INTEGER))`
    case 'year':
    case 'month':
    case 'week':
    case 'day':
      return `to_${part}s(CAST(${count} AS INTEGER))`
    case 'second':
    case 'millisecond':
      return `to_${part}s(CAST(${count} AS DOUBLE))`
    default:
      return `to_${part}s(CAST(${count} AS BIGINT))`
  }
}

export const isClockPart = (part: DatePart): boolean =>
  !['year', 'quarter', 'month', 'week', 'day'].includes(part)
