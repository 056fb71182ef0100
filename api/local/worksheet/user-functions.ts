import { castTo } from './casts.ts'
import type { Compiler } from './compiler.ts'
import type { TargetType } from './data-types.ts'
import { checkCount, type FunctionCall, valuesOf } from './function-call.ts'
import { emptyScope, type Sql } from './scope.ts'

/** A function of CREATE FUNCTION … AS $$ expression $$: its text takes the place of the call. */
export interface UserFunction {
  readonly parameters: readonly { readonly name: string; readonly type: TargetType }[]
  readonly returns: TargetType
  /** The parsed expression. */
  readonly body: unknown
}

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
  if (call.name === 'DYNAMO_SYNC_REFUSE') return { text: `error(${aliases.get('MESSAGE')?.text})`, type: 'VARCHAR' }
  return castTo(await compiler.expression(fn.body, { ...emptyScope, aliases }), fn.returns)
}
