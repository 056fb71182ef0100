import type { Value } from '../worksheet/scope.ts'
import type { Rows } from './rows.ts'
import type { Node } from './script-tree.ts'
import type { Statements } from './statements.ts'
import type { Names } from './variables.ts'

/** What RETURN gave: a value, or the id of a result. */
export interface Returned {
  readonly value: Value | undefined
  readonly table: string | undefined
}

/** How a list of statements ended. */
export type End = { readonly by: 'running' | 'break' | 'continue' } | ({ readonly by: 'return' } & Returned)

/** The next statement follows. */
export const running: End = { by: 'running' }

/** What running a statement of a block needs: statements stand in statements. */
export interface BlockRun {
  readonly statements: Statements
  readonly rows: Rows
  /** Statements one after another, until one of them ends the list. */
  readonly runAll: (nodes: readonly Node[], names: Names) => Promise<End>
}
