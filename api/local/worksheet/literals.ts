import { castTo } from './casts.ts'
import type { Handler } from './handler.ts'
import { identifier, quoteText } from './identifiers.ts'
import { resolveColumn, resolvePosition, type Sql } from './scope.ts'
import { child, unknownParts, word } from './sql-tree.ts'
import { compilationError, notSupported } from './worksheet-error.ts'

export const literal: Handler = async (body) => {
  const value = word(body, 'value')
  switch (word(body, 'literal_type')) {
    case 'string':
    case 'dollar_string':
      return { text: quoteText(value), type: 'VARCHAR', literal: value }
    case 'number':
      return /[eE]/.test(value) ? scientific(value) : fixedPoint(value)
    case 'date':
      return { text: `DATE ${quoteText(value)}`, type: 'DATE' }
    case 'timestamp':
    case 'datetime':
      return castTo({ text: quoteText(value), type: 'VARCHAR', literal: value }, { type: 'TIMESTAMP' })
    case 'hex_string':
      return { text: `unhex(${quoteText(value)})`, type: 'BLOB' }
    default:
      throw notSupported(`The ${word(body, 'literal_type')} literal`)
  }
}

const fixedPoint = (value: string): Sql => {
  if (value.includes('.')) return { text: value, type: `DECIMAL(38,${value.split('.')[1]?.length ?? 0})` }
  return { text: value, type: value.length <= 9 ? 'INTEGER' : value.length <= 18 ? 'BIGINT' : 'HUGEINT' }
}

/** Snowflake's literals are fixed point, `1.5e3` too, as far as 38 digits go. */
const scientific = (value: string): Sql => {
  if (!Number.isFinite(Number(value))) throw compilationError(`Numeric value '${value}' is out of range`)
  const [, whole = '', fraction = '', power = '0'] =
    /^([0-9]*)\.?([0-9]*)[eE]([+-]?[0-9]+)$/.exec(value) ?? []
  const scale = fraction.length - Number(power)
  const digits = `${whole}${fraction}`.replace(/^0+(?=.)/, '')
  if (digits === '' || Math.abs(scale) > 38) return { text: value, type: 'DOUBLE' }
  const padded =
    scale < 0 ? digits + (digits === '0' ? '' : '0'.repeat(-scale)) : digits.padStart(scale + 1, '0')
  if (padded.length > 38 || scale > 37) return { text: value, type: 'DOUBLE' }
  return fixedPoint(scale > 0 ? `${padded.slice(0, -scale)}.${padded.slice(-scale)}` : padded)
}

/** A column, an alias, or `$1`: the first column of the only source, or of `t` in `t.$1`. */
export const column: Handler = async (body, scope) => {
  const [unknown] = unknownParts(body, ['name', 'table'])
  if (unknown) throw notSupported(`A column with ${unknown.toUpperCase()}`)
  const table = child(body, 'table')
  const name = identifier(child(body, 'name'))
  const position = /^\$(\d+)$/.exec(name)
  if (position) return resolvePosition(scope, Number(position[1]), table && identifier(table))
  return resolveColumn(scope, name, table && identifier(table))
}

/** `$x`: a session variable; `:x`: a variable of Snowflake Scripting. */
export const parameter: Handler = async (body, scope, compiler) => {
  if (typeof body.index === 'number') return resolvePosition(scope, body.index)
  const name = word(body, 'name').toUpperCase()
  if (word(body, 'style') === 'Colon') {
    const bound = compiler.binds.get(name)
    if (bound === undefined) throw compilationError(`error line 1: Bind variable ${name} not set.`)
    return bound
  }
  const value = compiler.variables.get(name)
  if (value === undefined) throw compilationError(`error line 1: Session variable '$${name}' does not exist`)
  return value
}
