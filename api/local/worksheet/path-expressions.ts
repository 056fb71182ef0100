import { asVariant } from './casts.ts'
import { familyOf, snowflakeType } from './duck-type.ts'
import type { Handler } from './handler.ts'
import { quoteText } from './identifiers.ts'
import type { Sql } from './scope.ts'
import { child, word } from './sql-tree.ts'
import { compilationError } from './worksheet-error.ts'

const mustBeVariant = (value: Sql, what: string): Sql => {
  if (familyOf(value.type) === 'variant') return value
  throw compilationError(`Invalid argument types for function '${what}': (${snowflakeType(value.type)})`)
}

const path: Handler = async (body, scope, compiler) => {
  const value = mustBeVariant(await compiler.expression(body.this, scope), 'GET_PATH')
  const steps = await compiler.expression(body.expression, scope)
  return { text: `variant_get(${value.text}, ${steps.text})`, type: 'JSON' }
}

const subscript: Handler = async (body, scope, compiler) => {
  const value = mustBeVariant(await compiler.expression(body.this, scope), 'GET')
  const key = asVariant(await compiler.expression(body.index, scope))
  return { text: `variant_item(${value.text}, ${key.text})`, type: 'JSON' }
}

const dot: Handler = async (body, scope, compiler) => {
  const value = mustBeVariant(await compiler.expression(body.this, scope), 'GET')
  const field = quoteText(word(child(body, 'field') ?? {}, 'name'))
  return { text: `variant_item(${value.text}, to_json(${field}))`, type: 'JSON' }
}

/** `v:a.b[0]`, `v[0]`, `v['a']`, `v[0].a`. */
export const pathExpressions: Readonly<Record<string, Handler>> = { j_s_o_n_extract: path, subscript, dot }
