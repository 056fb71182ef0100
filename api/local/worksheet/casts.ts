import type { TargetType } from './data-types.ts'
import { familyOf, scaleOf, snowflakeType } from './duck-type.ts'
import type { Sql } from './scope.ts'
import { ofLength } from './text-length.ts'
import { compilationError, notSupported } from './worksheet-error.ts'
import { writtenNumber } from './written-number.ts'

/** Whether a value that cannot be converted is an error or NULL, as with TRY_CAST. */
export type CastMode = 'CAST' | 'TRY_CAST'

const refuse = (from: Sql, to: string): never => {
  throw compilationError(`invalid type [CAST from ${snowflakeType(from.type)} to ${to}]`)
}

/** A value as its text, in Snowflake's default output formats. */
export const asText = (value: Sql): Sql => {
  const sql = (text: string): Sql => ({ text, type: 'VARCHAR' })
  switch (familyOf(value.type)) {
    case 'text':
      return value.type === 'VARCHAR' ? value : sql(`CAST(${value.text} AS VARCHAR)`)
    case 'variant':
      return sql(`variant_text(${value.text})`)
    case 'number':
      return sql(scaleOf(value.type) > 0 ? `decimal_text(${value.text})` : `CAST(${value.text} AS VARCHAR)`)
    case 'float':
      return sql(`float_text(${value.text})`)
    case 'timestamp':
      return sql(`timestamp_text(${value.text})`)
    case 'zoned':
      return sql(`zoned_text(${value.text})`)
    case 'time':
      return sql(`time_text(${value.text})`)
    case 'date':
      return sql(`date_text(${value.text})`)
    case 'binary':
      return sql(`hex(${value.text})`)
    case 'interval':
    case 'other':
      return refuse(value, 'VARCHAR')
    default:
      return sql(`CAST(${value.text} AS VARCHAR)`)
  }
}

/** A value as a VARIANT: JSON with all digits, dates as text, SQL NULL as SQL NULL. */
export const asVariant = (value: Sql): Sql => {
  const sql = (text: string): Sql => ({ text, type: 'JSON' })
  switch (familyOf(value.type)) {
    case 'variant':
      return value
    case 'null':
      return sql('CAST(NULL AS JSON)')
    case 'number':
      return sql(
        scaleOf(value.type) > 0
          ? `decimal_json(${value.text})`
          : `CAST(CAST(${value.text} AS VARCHAR) AS JSON)`
      )
    case 'float':
      return sql(`float_json(${value.text})`)
    case 'boolean':
    case 'text':
      return sql(`to_json(${value.text})`)
    default:
      return sql(`to_json(${asText(value).text})`)
  }
}

const toDate = (value: Sql, mode: CastMode): string => {
  switch (familyOf(value.type)) {
    case 'zoned':
      return `CAST(CAST(${value.text} AS TIMESTAMP) AS DATE)`
    case 'variant':
    case 'text':
      return `${mode}(moment_text(${asText(value).text}) AS DATE)`
    case 'date':
    case 'timestamp':
    case 'null':
      return `${mode}(${value.text} AS DATE)`
    default:
      return refuse(value, 'DATE')
  }
}

const toTimestamp = (value: Sql, type: string, mode: CastMode): string => {
  const isFine = type === 'TIMESTAMP_NS'
  const text = isFine ? 'moment_text' : 'micro_text'
  switch (familyOf(value.type)) {
    case 'variant':
    case 'text':
      return `${mode}(without_offset(${text}(${asText(value).text})) AS ${type})`
    case 'number':
      return `epoch_timestamp${isFine ? '_ns' : ''}(${value.text})`
    case 'date':
    case 'timestamp':
    case 'null':
      return `${mode}(${value.text} AS ${type})`
    case 'zoned':
      return `${mode}(CAST(${value.text} AS TIMESTAMP) AS ${type})`
    default:
      return refuse(value, 'TIMESTAMP_NTZ')
  }
}

const toZoned = (value: Sql, mode: CastMode): string => {
  switch (familyOf(value.type)) {
    case 'number':
      return `CAST(epoch_timestamp(${value.text}) AS TIMESTAMPTZ)`
    case 'variant':
    case 'text':
      return `${mode}(with_offset(micro_text(${asText(value).text})) AS TIMESTAMPTZ)`
    case 'date':
    case 'timestamp':
    case 'zoned':
    case 'null':
      return `${mode}(${value.text} AS TIMESTAMPTZ)`
    default:
      return refuse(value, 'TIMESTAMP_LTZ')
  }
}

const toNumber = (value: Sql, type: string, mode: CastMode): string => {
  switch (familyOf(value.type)) {
    case 'boolean':
      return `CAST(CAST(${value.text} AS INTEGER) AS ${type})`
    case 'variant':
    case 'text':
      return writtenNumber(asText(value).text, type, mode)
    case 'number':
    case 'float':
    case 'null':
      return `${mode}(${value.text} AS ${type})`
    default:
      return refuse(value, snowflakeType(type))
  }
}

const toBoolean = (value: Sql, mode: CastMode): string => {
  switch (familyOf(value.type)) {
    case 'boolean':
    case 'null':
      return `CAST(${value.text} AS BOOLEAN)`
    case 'number':
    case 'float':
      return `(${value.text} <> 0)`
    case 'variant':
    case 'text':
      return `${mode === 'CAST' ? 'text_boolean_or_error' : 'text_boolean'}(${asText(value).text})`
    default:
      return refuse(value, 'BOOLEAN')
  }
}

const toVariant = (value: Sql, kind: TargetType['variant']): string => {
  if (kind === 'VARIANT') return asVariant(value).text
  const family = familyOf(value.type)
  if (kind === 'OBJECT' && family !== 'variant' && family !== 'null') return refuse(value, 'OBJECT')
  return `variant_as(${asVariant(value).text}, '${kind}')`
}

const convert = (value: Sql, target: TargetType, mode: CastMode): string => {
  switch (familyOf(target.type)) {
    case 'text': {
      const { text } = asText(value)
      return target.length === undefined ? text : ofLength(text, target.length, mode)
    }
    case 'variant':
      return toVariant(value, target.variant)
    case 'number':
    case 'float':
      return toNumber(value, target.type, mode)
    case 'boolean':
      return toBoolean(value, mode)
    case 'date':
      return toDate(value, mode)
    case 'timestamp':
      return toTimestamp(value, target.type, mode)
    case 'zoned':
      return toZoned(value, mode)
    case 'time':
      return familyOf(value.type) === 'timestamp' || value.type === 'TIME'
        ? `CAST(${value.text} AS TIME)`
        : `${mode}(clock_text(${asText(value).text}) AS TIME)`
    case 'binary':
      return familyOf(value.type) === 'binary' ? value.text : `hex_binary(${asText(value).text})`
    default:
      throw notSupported(`A cast to ${target.type}`)
  }
}

/**
 * `value::type` as Snowflake converts it: halves away from zero, a VARIANT's text without its quotes, TIMESTAMP_NTZ
 * without its offset.
 *
 * @throws WorksheetError for a conversion that Snowflake does not know.
 */
export const castTo = (value: Sql, target: TargetType, mode: CastMode = 'CAST'): Sql => ({
  text: convert(value, target, mode),
  type: target.type
})
