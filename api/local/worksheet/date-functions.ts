import { castTo } from './casts.ts'
import { datePart, intervalOf, isClockPart } from './date-parts.ts'
import { familyOf } from './duck-type.ts'
import { checkCount, counted, type SpecialFunction, writtenArgument } from './function-call.ts'
import type { Sql } from './scope.ts'
import { compilationError, notSupported } from './worksheet-error.ts'

/** A date or timestamp as it is; text and VARIANT are read as TIMESTAMP, as Snowflake does. */
export const asMoment = (value: Sql): Sql => {
  switch (familyOf(value.type)) {
    case 'date':
    case 'timestamp':
    case 'zoned':
      return value
    case 'text':
    case 'variant':
    case 'null':
      return castTo(value, { type: 'TIMESTAMP' })
    default:
      throw compilationError(`${value.type} is not a date or timestamp`)
  }
}

const argument = async (call: Parameters<SpecialFunction>[0], at: number): Promise<Sql> =>
  call.compiler.expression(call.args[at], call.scope)

const dateAdd: SpecialFunction = async (call) => {
  checkCount(call.name, call.args.length, 3)
  const part = datePart(writtenArgument(call, 0, 'a part'))
  const count = await argument(call, 1)
  const moment = asMoment(await argument(call, 2))
  if (familyOf(count.type) === 'text') throw notSupported(`${call.name} with text as the amount`)
  const moved = `(${moment.text} + ${intervalOf(part, `round(${castTo(count, { type: 'DECIMAL(38,6)' }).text})`)})`
  const text = moment.type === 'TIMESTAMP_NS' ? `with_nanoseconds(${moved}, ${moment.text})` : moved
  if (familyOf(moment.type) !== 'date') return { text, type: moment.type }
  return isClockPart(part) ? { text, type: 'TIMESTAMP' } : { text: `CAST(${text} AS DATE)`, type: 'DATE' }
}

const dateDiff: SpecialFunction = async (call) => {
  checkCount(call.name, call.args.length, 3)
  const part = datePart(writtenArgument(call, 0, 'a part'))
  const [from, to] = [await argument(call, 1), await argument(call, 2)].map(
    (value) => castTo(asMoment(value), { type: 'TIMESTAMP' }).text
  )
  // DuckDB counts full weeks; Snowflake counts the Mondays passed.
  const text =
    part === 'week'
      ? `(date_diff('day', date_trunc('week', ${from}), date_trunc('week', ${to})) // 7)`
      : `date_diff('${part}', ${from}, ${to})`
  return { text, type: 'BIGINT' }
}

const truncated = (part: string, value: Sql): Sql => {
  const moment = asMoment(value)
  return {
    text: `CAST(date_trunc('${datePart(part)}', ${moment.text}) AS ${moment.type})`,
    type: moment.type
  }
}

const dateTrunc: SpecialFunction = async (call) => {
  checkCount(call.name, call.args.length, 2)
  return truncated(writtenArgument(call, 0, 'a part'), await argument(call, 1))
}

/** TRUNC cuts numbers to digits, and dates to parts, written second. */
const trunc: SpecialFunction = async (call) => {
  const [value] = await counted({ ...call, args: call.args.slice(0, 1) }, 1)
  checkCount(call.name, call.args.length, 1, 2)
  if (value === undefined || !['number', 'float'].includes(familyOf(value.type))) {
    if (value === undefined || call.args.length < 2) throw compilationError(`${call.name} needs a number`)
    return truncated(writtenArgument(call, 1, 'a part'), value)
  }
  const digits = call.args.length === 2 ? `, CAST(${(await argument(call, 1)).text} AS INTEGER)` : ''
  const text = `trunc(${value.text}${digits})`
  return { text, type: await call.compiler.engine.typeOf(`trunc(CAST(NULL AS ${value.type})${digits})`) }
}

const extracted: Readonly<Record<string, string>> = {
  dayofweek: 'dayofweek',
  dow: 'dayofweek',
  weekday: 'dayofweek',
  dayofweekiso: 'isodow',
  dayofweek_iso: 'isodow',
  weekday_iso: 'isodow',
  dow_iso: 'isodow',
  dayofyear: 'dayofyear',
  doy: 'dayofyear',
  weekiso: 'week',
  week_iso: 'week',
  yearofweekiso: 'isoyear'
}

/** EXTRACT and DATE_PART. */
export const partOf = (part: string, value: Sql): Sql => {
  const moment = asMoment(value).text
  const epoch = /^epoch(_(second|millisecond|microsecond))?s?$/i.exec(part)
  if (epoch) {
    const unit = { millisecond: 'epoch_ms', microsecond: 'epoch_us' }[epoch[2]?.toLowerCase() ?? '']
    return { text: unit ? `${unit}(${moment})` : `(epoch_ms(${moment}) // 1000)`, type: 'BIGINT' }
  }
  const name = extracted[part.toLowerCase()] ?? datePart(part)
  if (name === 'millisecond' || name === 'microsecond') throw notSupported(`The date part '${part}'`)
  return { text: `${name}(${moment})`, type: 'BIGINT' }
}

const datePartOf: SpecialFunction = async (call) => {
  checkCount(call.name, call.args.length, 2)
  return partOf(writtenArgument(call, 0, 'a part'), await argument(call, 1))
}

export const dateFunctions: Readonly<Record<string, SpecialFunction>> = {
  DATEADD: dateAdd,
  TIMESTAMPADD: dateAdd,
  TIMEADD: dateAdd,
  DATEDIFF: dateDiff,
  TIMEDIFF: dateDiff,
  TIMESTAMPDIFF: dateDiff,
  DATE_TRUNC: dateTrunc,
  TRUNC: trunc,
  TRUNCATE: trunc,
  DATE_PART: datePartOf
}
