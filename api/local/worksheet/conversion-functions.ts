import { asText, type CastMode, castTo } from './casts.ts'
import { dateFormat } from './date-formats.ts'
import { familyOf, snowflakeType } from './duck-type.ts'
import {
  counted,
  type FunctionCall,
  literalValue,
  type SpecialFunction,
  writtenArgument
} from './function-call.ts'
import { quoteText } from './identifiers.ts'
import type { Sql } from './scope.ts'
import { notSupported } from './worksheet-error.ts'

const toText: SpecialFunction = async (call) => {
  const [value] = await counted(call, 1, 2)
  if (value === undefined || call.args.length === 1) return asText(value ?? { text: 'NULL', type: 'NULL' })
  const format = writtenArgument(call, 1, 'a format')
  const family = familyOf(value.type)
  if (family === 'binary' && format.toUpperCase() === 'BASE64')
    return { text: `to_base64(${value.text})`, type: 'VARCHAR' }
  const digits = /^9\.(0+)EE$/i.exec(format)?.[1]?.length
  if (family === 'float' && digits !== undefined)
    return { text: `float_digits(${value.text}, ${digits})`, type: 'VARCHAR' }
  if (family === 'time') {
    const moment = `(DATE '2000-01-01' + ${value.text})`
    return { text: `strftime(${moment}, ${quoteText(dateFormat(format))})`, type: 'VARCHAR' }
  }
  if (!['date', 'timestamp', 'zoned'].includes(familyOf(value.type))) {
    throw notSupported(`${call.name} of ${familyOf(value.type)} with a format`)
  }
  const moment = familyOf(value.type) === 'zoned' ? `CAST(${value.text} AS TIMESTAMP)` : value.text
  return { text: `strftime(${moment}, ${quoteText(dateFormat(format))})`, type: 'VARCHAR' }
}

const isAuto = (format: string): boolean => format.toUpperCase() === 'AUTO'

const toMoment =
  (type: 'DATE' | 'TIMESTAMP_NS' | 'TIMESTAMP WITH TIME ZONE', mode: CastMode): SpecialFunction =>
  async (call) => {
    const [value] = await counted(call, 1, 2)
    if (value === undefined) return { text: 'NULL', type }
    const second = call.args.length === 2 ? literalValue(call.args[1]) : 'AUTO'
    const digits = familyOf(value.type) === 'number' ? Number(second) : Number.NaN
    if (call.args.length === 2 && type !== 'DATE' && [0, 3, 6, 9].includes(digits)) {
      const nanos = `make_timestamp_ns(CAST(trunc(${value.text} * 1e${9 - digits}) AS BIGINT))`
      return { text: `CAST(${nanos} AS ${type})`, type }
    }
    if (call.args.length === 1 || isAuto(second ?? '')) return castTo(value, { type }, mode)
    const format = dateFormat(writtenArgument(call, 1, 'a format'))
    const read = mode === 'CAST' ? 'strptime' : 'try_strptime'
    if (familyOf(value.type) !== 'text') throw notSupported(`${call.name} of other than text with a format`)
    return { text: `CAST(${read}(${value.text}, ${quoteText(format)}) AS ${type})`, type }
  }

const wholeArgument = (call: FunctionCall, at: number, otherwise: number): number => {
  if (call.args[at] === undefined) return otherwise
  const value = literalValue(call.args[at])
  if (value === undefined || !/^\d+$/.test(value)) throw notSupported(`${call.name} with a format`)
  return Number(value)
}

const toNumber =
  (mode: CastMode): SpecialFunction =>
  async (call) => {
    const [value] = await counted(call, 1, 3)
    const type = `DECIMAL(${wholeArgument(call, 1, 38)},${wholeArgument(call, 2, 0)})`
    return castTo(value ?? { text: 'NULL', type: 'NULL' }, { type }, mode)
  }

/** CONVERT_TIMEZONE('UTC', x) of a moment with a zone, which is UTC here already. */
const convertTimezone: SpecialFunction = async (call) => {
  const [, value] = await counted(call, 2)
  const zone = writtenArgument(call, 0, 'a time zone')
  if (zone.toUpperCase() !== 'UTC' || value === undefined || familyOf(value.type) !== 'zoned')
    throw notSupported(`${call.name} of other than a TIMESTAMP_LTZ to UTC`)
  return value
}

/** SYSTEM$TYPEOF: the type as DESC names it, and in brackets how it is stored. */
const typeOf: SpecialFunction = async (call) => {
  const [value] = await counted(call, 1)
  const type = value?.type ?? 'NULL'
  const name = type === 'VARCHAR' ? 'VARCHAR(16777216)' : snowflakeType(type)
  return { text: quoteText(`${name}[${familyOf(type) === 'text' ? 'LOB' : 'SB16'}]`), type: 'VARCHAR' }
}

const toType =
  (type: string, mode: CastMode = 'CAST'): SpecialFunction =>
  async (call): Promise<Sql> => {
    const [value] = await counted(call, 1)
    return castTo(value ?? { text: 'NULL', type: 'NULL' }, { type }, mode)
  }

const zoned = 'TIMESTAMP WITH TIME ZONE'

export const conversionFunctions: Readonly<Record<string, SpecialFunction>> = {
  CONVERT_TIMEZONE: convertTimezone,
  SYSTEM$TYPEOF: typeOf,
  TO_CHAR: toText,
  TO_VARCHAR: toText,
  TO_DATE: toMoment('DATE', 'CAST'),
  DATE: toMoment('DATE', 'CAST'),
  TRY_TO_DATE: toMoment('DATE', 'TRY_CAST'),
  TO_TIMESTAMP: toMoment('TIMESTAMP_NS', 'CAST'),
  TO_TIMESTAMP_NTZ: toMoment('TIMESTAMP_NS', 'CAST'),
  TRY_TO_TIMESTAMP: toMoment('TIMESTAMP_NS', 'TRY_CAST'),
  TRY_TO_TIMESTAMP_NTZ: toMoment('TIMESTAMP_NS', 'TRY_CAST'),
  TO_TIMESTAMP_LTZ: toMoment(zoned, 'CAST'),
  TO_TIME: toType('TIME'),
  TRY_TO_TIME: toType('TIME', 'TRY_CAST'),
  TO_NUMBER: toNumber('CAST'),
  TO_DECIMAL: toNumber('CAST'),
  TO_NUMERIC: toNumber('CAST'),
  TRY_TO_NUMBER: toNumber('TRY_CAST'),
  TRY_TO_DECIMAL: toNumber('TRY_CAST'),
  TRY_TO_NUMERIC: toNumber('TRY_CAST'),
  TO_DOUBLE: toType('DOUBLE'),
  TRY_TO_DOUBLE: toType('DOUBLE', 'TRY_CAST'),
  TO_BOOLEAN: toType('BOOLEAN'),
  TRY_TO_BOOLEAN: toType('BOOLEAN', 'TRY_CAST')
}
