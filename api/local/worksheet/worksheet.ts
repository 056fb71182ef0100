import { type ExternalFunction, externalFunctions } from '../../runtime/external-functions.ts'
import { openSyncs } from '../syncs/open-syncs.ts'
import type { LoadRows } from '../syncs/sync-world.ts'
import type { CallExternal } from './call-external.ts'
import { openEngine } from './engine.ts'
import { knownFunctions } from './function-catalog.ts'
import { quoteName, quoteText } from './identifiers.ts'
import { readScript, type Statement } from './read-script.ts'
import { openSession } from './session.ts'
import type { StatementResult } from './statement-result.ts'
import { WorksheetError } from './worksheet-error.ts'

export type { CallExternal } from './call-external.ts'
export type { StatementResult } from './statement-result.ts'
export { WorksheetError } from './worksheet-error.ts'

export interface RunOptions {
  /** Told after each answered batch of an external function. */
  readonly progress?: (answered: number, of: number) => void
  /** Told each statement's result, in order, before the next statement starts. */
  readonly onResult: (result: StatementResult) => void
}

/** A SQL worksheet in Snowflake's dialect, for development: what it cannot do as Snowflake does, it refuses by name. */
export interface Worksheet {
  /** Runs a script's statements one after another. @throws WorksheetError at the first that fails; it changed nothing. */
  run(script: string, options?: RunOptions): Promise<void>
  /**
   * Makes a table of a local Parquet file, its column names in upper case.
   * `selectSql` is DuckDB's SQL over the relation `source`, e.g. `SELECT * FROM source LIMIT 20000`.
   */
  loadParquet(tableName: string, path: string, selectSql?: string): Promise<void>
  close(): Promise<void>
}

export interface WorksheetDeps {
  readonly call: CallExternal
  readonly functions?: readonly ExternalFunction[]
  /** The bulk path, for syncs of many rows. */
  readonly loadRows?: LoadRows
}

/** Opens an empty worksheet in memory (about 0.5 s). Its time zone is UTC; it has one schema. */
export const openWorksheet = async ({
  call,
  functions = externalFunctions,
  loadRows
}: WorksheetDeps): Promise<Worksheet> => {
  const engine = await openEngine()
  const known = knownFunctions(
    engine.macros.keys(),
    functions.map((fn) => fn.name)
  )
  const read = (script: string): readonly Statement[] => readScript(script, known)
  const session = openSession(engine, call, functions, read)
  const runOne = async (sql: string): Promise<StatementResult> => {
    const [statement, more] = read(sql)
    if (statement === undefined || more !== undefined) throw new WorksheetError('one statement at a time')
    return session.run(statement, undefined)
  }
  const runCall = openSyncs({ engine, call, loadRows, run: runOne })
  return {
    run: async (script, options) => {
      for (const statement of read(script)) {
        const result =
          (await runCall(statement, options?.progress)) ?? (await session.run(statement, options?.progress))
        options?.onResult(result)
      }
    },
    loadParquet: async (tableName, path, selectSql = 'SELECT * FROM source') => {
      const query = `WITH source AS (SELECT * FROM read_parquet(${quoteText(path)})) ${selectSql}`
      const columns = (await engine.describe(query)).map((column) => quoteName(column.name.toUpperCase()))
      await engine.run(
        `CREATE TABLE ${quoteName(tableName.toUpperCase())} AS SELECT * FROM (${query}) AS q(${columns.join(', ')})`
      )
    },
    close: async () => engine.close()
  }
}
