import type { ExternalFunction } from '../../runtime/external-functions.ts'
import type { CallExternal } from './call-external.ts'
import type { CallingView } from './calling-view.ts'
import type { Engine } from './engine.ts'
import type { Query, Scope, Sql } from './scope.ts'

/** What turning a Snowflake statement into DuckDB's needs, and the two ways in. */
export interface Compiler {
  readonly engine: Engine
  /** SET variables by their upper-case names. */
  readonly variables: ReadonlyMap<string, Sql>
  readonly functions: readonly ExternalFunction[]
  readonly call: CallExternal
  /** Views that call external functions, by name. */
  readonly views: Map<string, CallingView>
  readonly progress?: ((answered: number, of: number) => void) | undefined
  /** A rehearsal compiles everything and calls nothing, so that a mistake is found before rows have left. */
  readonly isRehearsal: boolean
  /** A temporary table's name, dropped when the statement ends. */
  readonly temporaryTable: () => string
  /** A name for a source that has none. */
  readonly uniqueName: () => string
  /** The table that holds the last result, for RESULT_SCAN. */
  readonly lastResult: () => Promise<string>
  readonly expression: (tree: unknown, scope: Scope) => Promise<Sql>
  readonly query: (tree: unknown, scope: Scope) => Promise<Query>
}
