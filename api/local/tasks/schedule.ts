import { compilationError } from '../worksheet/worksheet-error.ts'

/** When a scheduled task is due after a moment. */
export type Schedule = (after: Date) => Date

const seconds: Readonly<Record<string, number>> = { S: 1, SECOND: 1, M: 60, MINUTE: 60, H: 3600, HOUR: 3600 }
const longestSeconds = 11_520 * 60
const shortestSeconds = 10

const badSchedule = (text: string): Error =>
  compilationError(`invalid value [${text}] for parameter 'SCHEDULE'`)

const fieldRanges: readonly (readonly [number, number])[] = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6]
]
const wordsOf: readonly (readonly string[])[] = [
  [],
  [],
  [],
  ['', 'JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
  ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']
]

/** One field of a cron line as the numbers it means, or nothing when it is none. `L` and `#` are not played. */
const fieldOf = (text: string, place: number): ReadonlySet<number> | undefined => {
  const [least, most] = fieldRanges[place] ?? [0, 0]
  const number = (word: string): number => {
    const named = wordsOf[place]?.indexOf(word) ?? -1
    return named >= 0 && word !== '' ? named : /^\d+$/.test(word) ? Number(word) : Number.NaN
  }
  const found = new Set<number>()
  for (const part of text.toUpperCase().split(',')) {
    const [range = '', step = '1'] = part.split('/')
    const [from = '', to = range === from ? from : ''] = range.split('-')
    const [first, last] = from === '*' ? [least, most] : [number(from), number(to === '' ? from : to)]
    if (!(first >= least && last <= most && first <= last && Number(step) > 0)) return undefined
    for (let value = first; value <= last; value += Number(step)) found.add(value)
  }
  return found
}

const partsIn = (zone: string): ((at: Date) => readonly number[]) => {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    minute: 'numeric',
    hour: 'numeric',
    day: 'numeric',
    month: 'numeric',
    weekday: 'short'
  })
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]))
    const weekday = wordsOf[4]?.indexOf((parts.get('weekday') ?? '').toUpperCase()) ?? 0
    return [...['minute', 'hour', 'day', 'month'].map((part) => Number(parts.get(part as 'minute'))), weekday]
  }
}

const minuteMs = 60_000
/** The longest a cron line may sleep: a 29 February. */
const mostMinutes = 8 * 366 * 24 * 60

const cron = (text: string): Schedule => {
  const words = text.split(/\s+/)
  const fields = words.slice(0, 5).map(fieldOf)
  if (words.length !== 6 || fields.length !== 5 || fields.includes(undefined))
    throw badSchedule(`USING CRON ${text}`)
  let parts: ReturnType<typeof partsIn>
  try {
    parts = partsIn(words[5] ?? '')
  } catch {
    throw compilationError(`invalid time zone [${words[5]}] in the schedule`)
  }
  return (after) => {
    let at = new Date(Math.floor(after.getTime() / minuteMs + 1) * minuteMs)
    const last = at.getTime() + mostMinutes * minuteMs
    while (at.getTime() < last) {
      const now = parts(at)
      const [minute, hour, day, month, weekday] = fields.map((field, place) => field?.has(now[place] ?? -1))
      // Where day and weekday are both given, either is enough.
      const isDay = words[2] === '*' ? weekday : words[4] === '*' ? day : day || weekday
      if (minute && hour && month && isDay) return at
      // Days begin at a quarter of an hour everywhere.
      const step = month && isDay ? minuteMs : 15 * minuteMs
      at = new Date(Math.floor(at.getTime() / step + 1) * step)
    }
    throw badSchedule(`USING CRON ${text}`)
  }
}

/**
 * `10 MINUTES` or `USING CRON 0 6 * * * UTC`.
 *
 * @throws WorksheetError for what CREATE TASK refuses: https://docs.snowflake.com/en/sql-reference/sql/create-task
 */
export const scheduleOf = (text: string): Schedule => {
  const line = /^using\s+cron\s+(.+)$/i.exec(text.trim())
  if (line) return cron((line[1] ?? '').trim())
  const [, count = '', unit = ''] = /^(\d+)\s*(s|seconds?|m|minutes?|h|hours?)$/i.exec(text.trim()) ?? []
  const length = Number(count) * (seconds[unit.toUpperCase().replace(/(?<=..)S$/, '')] ?? Number.NaN)
  if (!(length >= shortestSeconds && length <= longestSeconds)) throw badSchedule(text)
  return (after) => new Date(after.getTime() + length * 1_000)
}
