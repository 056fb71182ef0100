import type { CallExternal } from '../worksheet/call-external.ts'
import type { Engine } from '../worksheet/engine.ts'
import type { StatementResult } from '../worksheet/statement-result.ts'
import { syncSchema } from './portable-views.ts'

/** A row that the loader set aside: its item as JSON text, and why. */
export interface SetAside {
  readonly item: string
  readonly code: string
  readonly message: string
}

/** How a load ended, by rows. */
export interface LoadOutcome {
  readonly state: 'complete' | 'failed'
  readonly rows: Readonly<
    Record<'read' | 'written' | 'deleted' | 'superseded' | 'stale' | 'unchanged' | 'rejected', number>
  > & { readonly condition_failed: number; readonly unprocessed: number }
  readonly writeUnits: number
  readonly seconds: number
  readonly errors: readonly string[]
  readonly setAside: readonly SetAside[]
}

/** Sends rows by the bulk path: items as JSON text, pages of them, in order. */
export type LoadRows = (load: {
  readonly run: string
  readonly table: string
  readonly options: string
  readonly pages: AsyncIterable<readonly string[]>
}) => Promise<LoadOutcome>

/** What the procedures of syncs work on: the worksheet's engine, its statements and its external functions. */
export interface SyncWorld {
  readonly engine: Engine
  readonly call: CallExternal
  readonly loadRows?: LoadRows | undefined
  /** Runs one statement in Snowflake's dialect. */
  readonly run: (sql: string) => Promise<StatementResult>
  readonly progress?: ((answered: number, of: number) => void) | undefined
}

export type Cell = string | number | boolean | null
export type DuckRow = Readonly<Record<string, Cell>>

/** Rows of a statement in DuckDB's dialect; numbers beyond 32 bits are text. */
export const rowsOf = async (
  { engine }: Pick<SyncWorld, 'engine'>,
  sql: string
): Promise<readonly DuckRow[]> => (await engine.run(sql)).getRowObjectsJson() as readonly DuckRow[]

const ready = new WeakSet<Engine>()

/** Makes tables and views of syncs unless they are there. */
export const ensureSyncTables = async ({ engine }: Pick<SyncWorld, 'engine'>): Promise<void> => {
  if (ready.has(engine)) return
  for (const statement of await syncSchema()) await engine.connection.run(statement)
  ready.add(engine)
}
