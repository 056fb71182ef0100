import type { ExternalFunction } from '../../runtime/external-functions.ts'
import type { CallExternal } from './call-external.ts'
import type { CallingView } from './calling-view.ts'
import type { Catalog } from './catalog.ts'
import type { Engine } from './engine.ts'
import type { Column, Query, Scope, Sql } from './scope.ts'
import type { Tree } from './sql-tree.ts'
import type { UserFunction } from './user-function.ts'

/** What a FROM may name besides tables and views. */
export interface OtherSources {
  /** The changes that a stream holds; undefined when there is no stream of that name. */
  readonly stream: (name: string, compiler: Compiler) => Promise<Query | undefined>
  readonly isStream: (name: string) => boolean
  /** Whether a stream holds changes. @throws WorksheetError when there is none of that name */
  readonly streamHasData: (name: string, compiler: Compiler) => Promise<boolean>
  /** The rows of staged files, from the parser's stage reference. */
  readonly stage: (reference: Tree, compiler: Compiler) => Promise<Query>
}

/** What turning a Snowflake statement into DuckDB's needs, and the two ways in. */
export interface Compiler {
  readonly engine: Engine
  /** Names and types of a table's or view's columns as DuckDB has them. */
  readonly columnsOf: (name: string) => Promise<readonly Column[]>
  /** SET variables by their upper-case names. */
  readonly variables: ReadonlyMap<string, Sql>
  /** Variables of Snowflake Scripting, for `:name`. */
  readonly binds: ReadonlyMap<string, Sql>
  readonly functions: readonly ExternalFunction[]
  readonly userFunctions: ReadonlyMap<string, UserFunction>
  readonly call: CallExternal
  /** Views that call external functions, by name. */
  readonly views: Map<string, CallingView>
  /** The queries of all views, as parsed. */
  readonly viewQueries: Map<string, unknown>
  readonly noteView: Catalog['noteView']
  readonly others: OtherSources
  /** Whether what the statement reads of streams is consumed when it commits: it is a change. */
  readonly consumesStreams: boolean
  /** The streams that the statement has read. */
  readonly readStreams: Set<string>
  /** The id of the statement, where it has one. */
  readonly queryId: string | undefined
  readonly progress?: ((answered: number, of: number) => void) | undefined
  /** A rehearsal compiles everything and calls nothing, so that a mistake is found before rows have left. */
  readonly isRehearsal: boolean
  /** Whether what has been compiled so far reads a table, a view, a stream or a result. */
  readonly hasRead: () => boolean
  /** A temporary table's name, dropped when the statement ends. */
  readonly temporaryTable: () => string
  /** A name for a source that has none. */
  readonly uniqueName: () => string
  /** The query of a result, for RESULT_SCAN: that of a statement, or the last. */
  readonly result: (queryId?: string) => string
  /** What the functions about the session answer. */
  readonly session: { readonly transaction: string | null; readonly lastQueryId: string | undefined }
  readonly expression: (tree: unknown, scope: Scope) => Promise<Sql>
  readonly query: (tree: unknown, scope: Scope) => Promise<Query>
}
