import { readFile } from 'node:fs/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import { DuckDBInstance, type DuckDBResultReader } from '@duckdb/node-api'
import { packageRoot } from '../package-root.ts'
import { type Cancellation, cancellation } from './cancellation.ts'
import type { DuckType } from './duck-type.ts'
import { engineMessage } from './engine-message.ts'
import type { Column } from './scope.ts'
import { registerVariantFunctions } from './variant-functions.ts'
import { WorksheetError } from './worksheet-error.ts'

/** One function of snowflake-functions.sql: its name and, for each overload, what its parameters take. */
export type Macros = ReadonlyMap<string, readonly (readonly string[])[]>

/** DuckDB with Snowflake's functions, its order of NULLs and UTC. */
export interface Engine extends Cancellation {
  readonly connection: DuckDBConnection
  readonly macros: Macros
  /** Runs one DuckDB statement. */
  readonly run: (sql: string) => Promise<DuckDBResultReader>
  /** Names and types of a query's columns, without running it. */
  readonly describe: (query: string) => Promise<readonly Column[]>
  /** Type of an expression that uses no columns. Remembered by its text. */
  readonly typeOf: (expression: string) => Promise<DuckType>
  /** Another connection to the same data, with temporary tables and a transaction of its own. */
  readonly connect: () => Promise<Engine>
  /** Closes this connection; closing the first one ends the data. */
  readonly close: () => void
}

/** Nothing is stored in tables with digits or order other than Snowflake's. Time zone: docs say UTC for the worksheet. */
const settings = [
  "SET default_null_order = 'nulls_last_on_asc_first_on_desc'",
  "SET TimeZone = 'UTC'",
  'SET preserve_insertion_order = true'
]

const orThrow = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work
  } catch (error) {
    throw new WorksheetError(engineMessage(error))
  }
}

const readMacros = async (connection: DuckDBConnection): Promise<Macros> => {
  const rows = await connection.runAndReadAll(
    "SELECT upper(function_name), parameters FROM duckdb_functions() WHERE function_type = 'macro' AND function_name LIKE 'sf\\_%' ESCAPE '\\'"
  )
  const macros = new Map<string, (readonly string[])[]>()
  for (const [name, parameters] of rows.getRowsJson()) {
    const overloads = macros.get(String(name)) ?? []
    overloads.push((parameters as string[]).map(String))
    macros.set(String(name), overloads)
  }
  return macros
}

/** The clock of `CURRENT_TIMESTAMP()` and its kin, set before each statement: see open-session.ts. */
const startClock = 'SET VARIABLE statement_time = now()'

const engineOn = (
  instance: DuckDBInstance,
  connection: DuckDBConnection,
  macros: Macros,
  close: () => void
): Engine => {
  const types = new Map<string, DuckType>()
  const { guard, cancelOn, cancelled } = cancellation(() => connection.interrupt())
  const describe = async (query: string): Promise<readonly Column[]> => {
    const prepared = await orThrow(connection.prepare(query))
    const columns = Array.from({ length: prepared.columnCount }, (_, at) => {
      const type = prepared.columnType(at)
      return { name: prepared.columnName(at), type: type.alias === 'JSON' ? 'JSON' : String(type) }
    })
    prepared.destroySync()
    return columns
  }
  return {
    connection,
    macros,
    describe,
    guard,
    cancelOn,
    cancelled,
    run: (sql) => guard(() => orThrow(connection.runAndReadAll(sql))),
    typeOf: async (expression) => {
      const known = types.get(expression)
      if (known) return known
      const type = (await describe(`SELECT ${expression}`))[0]?.type ?? 'VARCHAR'
      if (types.size < 10_000) types.set(expression, type)
      return type
    },
    connect: async () => {
      const other = await instance.connect()
      for (const setting of [...settings, startClock]) await other.run(setting)
      return engineOn(instance, other, macros, () => other.closeSync())
    },
    close
  }
}

const macrosFile = new URL('api/local/worksheet/snowflake-functions.sql', packageRoot)

/** Opens an empty database in memory. */
export const openEngine = async (): Promise<Engine> => {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  registerVariantFunctions(connection)
  for (const setting of [...settings, startClock]) await connection.run(setting)
  await connection.run(await readFile(macrosFile, 'utf8'))
  const macros = await readMacros(connection)
  return engineOn(instance, connection, macros, () => {
    connection.closeSync()
    instance.closeSync()
  })
}
