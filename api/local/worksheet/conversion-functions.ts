import { asText, type CastMode, castTo } from './casts.ts'
import { dateFormat } from './date-formats.ts'
import { familyOf } from './duck-type.ts'
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
  return { text: formatted(value, format, call.name), type: 'VARCHAR' }
}

/** https://docs.snowflake.com/en/sql-reference/sql-format-models: of numbers only 9.00…EE, whose exponent has no fixed width. */
const formatted = ({ text, type }: Sql, format: string, name: string): string => {
  const family = familyOf(type)
  const [, decimals] = /^9\.(0+)EE$/.exec(format) ?? []
  if (family === 'date' || family === 'timestamp') return `strftime(${text}, ${quoteText(dateFormat(format))})`
  if (family === 'zoned') return `strftime(CAST(${text} AS TIMESTAMP), ${quoteText(dateFormat(format))})`
  if (family === 'time') return `strftime(DATE '1970-01-01' + ${text}, ${quoteText(dateFormat(format))})`
  if (family === 'float' && decimals) return `printf('%.${decimals.length}E', ${text})`
  if (family === 'binary' && format.toUpperCase() === 'BASE64') return `to_base64(${text})`
  throw notSupported(`${name} of ${family} with the format '${format}'`)
}

/** The zone of the worksheet is UTC, so a moment of another zone is none. */
const convertTimezone: SpecialFunction = async (call) => {
  const [, value] = await counted(call, 2)
  if (value === undefined || familyOf(value.type) !== 'zoned' || literalValue(call.args[0]) !== 'UTC')
    throw notSupported('CONVERT_TIMEZONE of other than a TIMESTAMP_LTZ to UTC')
  return value
}

const isAuto = (format: string): boolean => format.toUpperCase() === 'AUTO'

const toMoment =
  (type: 'DATE' | 'TIMESTAMP' | 'TIMESTAMP WITH TIME ZONE', mode: CastMode): SpecialFunction =>
  async (call) => {
    const [value] = await counted(call, 1, 2)
    if (value === undefined) return { text: 'NULL', type }
    const second = call.args.length === 2 ? literalValue(call.args[1]) : 'AUTO'
    const digits = familyOf(value.type) === 'number' ? Number(second) : Number.NaN
    if (call.args.length === 2 && type !== 'DATE' && [0, 3, 6, 9].includes(digits)) {
      const micros = `make_timestamp(CAST(trunc(${value.text} * 1e${6 - digits}) AS BIGINT))`
      return { text: `CAST(${micros} AS ${type})`, type }
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

const toType =
  (type: string, mode: CastMode = 'CAST'): SpecialFunction =>
  async (call): Promise<Sql> => {
    const [value] = await counted(call, 1)
    return castTo(value ?? { text: 'NULL', type: 'NULL' }, { type }, mode)
  }

const zoned = 'TIMESTAMP WITH TIME ZONE'

export const conversionFunctions: Readonly<Record<string, SpecialFunction>> = {
  CONVERT_TIMEZONE: convertTimezone,
  TO_CHAR: toText,
  TO_VARCHAR: toText,
  TO_DATE: toMoment('DATE', 'CAST'),
  DATE: toMoment('DATE', 'CAST'),
  TRY_TO_DATE: toMoment('DATE', 'TRY_CAST'),
  TO_TIMESTAMP: toMoment('TIMESTAMP', 'CAST'),
  TO_TIMESTAMP_NTZ: toMoment('TIMESTAMP', 'CAST'),
  TRY_TO_TIMESTAMP: toMoment('TIMESTAMP', 'TRY_CAST'),
  TRY_TO_TIMESTAMP_NTZ: toMoment('TIMESTAMP', 'TRY_CAST'),
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
