import type { ExternalFunction } from '../../runtime/external-functions.ts'
import type { CallExternal } from './call-external.ts'
import type { CallingView } from './calling-view.ts'
import type { Catalog } from './catalog.ts'
import type { Compiler, OtherSources } from './compiler.ts'
import type { Engine } from './engine.ts'
import type { Statement } from './read-script.ts'
import type { Results } from './results.ts'
import type { Sql, Value } from './scope.ts'
import type { StatementResult } from './statement-result.ts'
import type { TableLocks } from './table-locks.ts'
import type { Transactions } from './transactions.ts'
import type { UserFunction } from './user-function.ts'

type Progress = ((answered: number, of: number) => void) | undefined

/** Where a statement stands. */
export interface Frame {
  /** What `:name` means: the variables of a procedure. */
  readonly binds: ReadonlyMap<string, Sql>
  /** How many procedures deep; 0 is the worksheet's script. */
  readonly depth: number
  /** With owner's rights the session's variables are out of reach. */
  readonly isOwner: boolean
  readonly progress: Progress
  /** The id of the statement that runs, told to the external functions that it calls. */
  readonly queryId?: string
}

/** What a statement gave, and how it is found again. */
export interface Done extends StatementResult {
  readonly queryId: string
  /** Rows that it changed, for SQLROWCOUNT. */
  readonly changed?: bigint
}

/** Statements that are read by their words, not by the parser: CALL, streams, tasks, COPY INTO … */
export interface Extension {
  readonly words: RegExp
  readonly run: (statement: Statement, frame: Frame, session: Session) => Promise<Done>
}

/** What all sessions share. */
export interface Shared {
  readonly call: CallExternal
  readonly functions: readonly ExternalFunction[]
  readonly userFunctions: Map<string, UserFunction>
  readonly views: Map<string, CallingView>
  readonly viewQueries: Map<string, unknown>
  readonly locks: TableLocks
  readonly others: OtherSources
  /** Moves streams to what the connection sees. */
  readonly advance: (streams: ReadonlySet<string>, compiler: Compiler) => Promise<void>
  readonly extensions: readonly Extension[]
  readonly now: () => Date
  readonly nextSession: () => number
  readonly catalog: Catalog
}

/** Variables, results and the transaction: what lives from one statement to the next. */
export interface Session {
  /** Sessions are numbered from 1. */
  readonly id: number
  readonly engine: Engine
  readonly transactions: Transactions
  readonly results: Results
  /** Set by SET, by name. */
  readonly variables: ReadonlyMap<string, Sql>
  /** One statement of a script. */
  readonly run: (statement: Statement, progress: Progress) => Promise<StatementResult>
  /** One statement of a procedure. */
  readonly execute: (statement: Statement, frame: Frame) => Promise<Done>
  readonly compiler: (frame: Frame) => Compiler
  /** The result of a query of DuckDB. */
  readonly show: (sql: string, query: string) => Promise<Done>
  /** A result of one value under its name. */
  readonly showValue: (sql: string, name: string, value: Value) => Promise<Done>
  /** A result that is only a status. */
  readonly say: (sql: string, status: string) => Done
}
