import { asNumber } from './arithmetic.ts'
import { asText, asVariant, castTo } from './casts.ts'
import { asCondition } from './comparison.ts'
import { asMoment } from './date-functions.ts'
import { familyOf, snowflakeType } from './duck-type.ts'
import { checkCount, type FunctionCall, valuesOf } from './function-call.ts'
import { functionPrefix } from './identifiers.ts'
import type { Sql } from './scope.ts'
import { compilationError, notSupported } from './worksheet-error.ts'

/** What a parameter of snowflake-functions.sql takes, by its name. */
const conversions: Readonly<Record<string, (value: Sql, name: string) => Sql>> = {
  // A hash or an encoding of its bytes is not that of their hex text.
  text: (value, name) => {
    if (familyOf(value.type) === 'binary') throw notSupported(`${name} of a BINARY`)
    return asText(value)
  },
  number: (value, name) => asNumber(value, name),
  whole: (value, name) => {
    const number = asNumber(value, name)
    return { text: `CAST(${number.text} AS BIGINT)`, type: 'BIGINT', ...(value.literal ? {} : {}) }
  },
  day: (value, name) => {
    const family = familyOf(value.type)
    if (family === 'date' || family === 'text' || family === 'null') return castTo(value, { type: 'DATE' })
    throw notSupported(`${name} of ${snowflakeType(value.type)}`)
  },
  moment: (value) => asMoment(value),
  flag: (value) => asCondition(value),
  item: (value) => asVariant(value),
  variant: (value, name) => {
    const family = familyOf(value.type)
    if (family === 'variant' || family === 'null') return asVariant(value)
    throw compilationError(`Invalid argument types for function '${name}': (${snowflakeType(value.type)})`)
  }
}

/** A call of a macro: its arguments converted as its parameters' names say, its type asked of DuckDB. */
export const callMacro = async (call: FunctionCall): Promise<Sql> => {
  const overloads = call.compiler.engine.macros.get(functionPrefix + call.name) ?? []
  const parameters = overloads.find((overload) => overload.length === call.args.length)
  const lengths = overloads.map((overload) => overload.length)
  checkCount(call.name, call.args.length, Math.min(...lengths), Math.max(...lengths))
  if (parameters === undefined) throw notSupported(`${call.name} with ${call.args.length} arguments`)
  const values = (await valuesOf(call)).map((value, at) => {
    const parameter = (parameters[at] ?? '').replace(/\d+$/, '')
    return conversions[parameter]?.(value, call.name) ?? value
  })
  const name = `${functionPrefix}${call.name}`.toLowerCase()
  // Literals count for the type: ROUND(x, 2) has two digits.
  const typed = values.map((value) =>
    /^CAST\(-?\d+ AS BIGINT\)$/.test(value.text) ? value.text : `CAST(NULL AS ${value.type})`
  )
  return {
    text: `${name}(${values.map((value) => value.text).join(', ')})`,
    type: await call.compiler.engine.typeOf(`${name}(${typed.join(', ')})`)
  }
}
