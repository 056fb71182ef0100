import { castTo } from './casts.ts'
import type { Compiler } from './compiler.ts'
import { checkCount, type FunctionCall, valuesOf } from './function-call.ts'
import { emptyScope, type Sql } from './scope.ts'
import type { UserFunction } from './user-function.ts'

/** A call with its arguments converted to what the parameters take, and its answer to what it returns. */
export const callUserFunction = async (
  fn: UserFunction,
  call: FunctionCall,
  compiler: Compiler
): Promise<Sql> => {
  checkCount(call.name, call.args.length, fn.parameters.length)
  const values = await valuesOf(call)
  const aliases = new Map(
    fn.parameters.map(({ name, type }, at): [string, Sql] => {
      const { text } = castTo(values[at] ?? { text: 'NULL', type: 'NULL' }, type)
      return [name, { text: `(${text})`, type: type.type }]
    })
  )
  return castTo(await compiler.expression(fn.body, { ...emptyScope, aliases }), fn.returns)
}
