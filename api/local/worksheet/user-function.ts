import type { TargetType } from './data-types.ts'

/** A function of CREATE FUNCTION … AS $$ expression $$: its text takes the place of the call. */
export interface UserFunction {
  readonly parameters: readonly { readonly name: string; readonly type: TargetType }[]
  readonly returns: TargetType
  /** The parsed expression. */
  readonly body: unknown
}
