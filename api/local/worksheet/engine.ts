import { readFile } from 'node:fs/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import { DuckDBInstance, type DuckDBResultReader } from '@duckdb/node-api'
import { packageRoot } from '../package-root.ts'
import { type Cancellation, cancellation } from './cancellation.ts'
import type { DuckType } from './duck-type.ts'
import { engineMessage } from './engine-message.ts'
import { warmParser } from './lean-parser.ts'
import { rememberedTexts } from './remembered-texts.ts'
import type { Column } from './scope.ts'
import { type ClockReaders, names, statementClock, withUsers } from './statement-clock.ts'
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
  /** The moment of the statements that follow. */
  readonly standAt: (moment: Date) => void
  /** Names and types of a query's columns, without running it. */
  readonly describe: (query: string) => Promise<readonly Column[]>
  /** Type of an expression that uses no columns. Remembered by its text. */
  readonly typeOf: (expression: string) => Promise<DuckType>
  /** The only value of a query, as text: NULL when there is no row. @throws WorksheetError when there are several */
  readonly textOf: (query: string) => Promise<string | null>
  /** The same for one that reads no table: remembered by its text, unless it asks the clock or the like. */
  readonly textOfConstants: (query: string) => Promise<string | null>
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

const readMacros = async (
  connection: DuckDBConnection
): Promise<Pick<Known, 'macros' | 'readers' | 'changers'>> => {
  const rows = await connection.runAndReadAll(
    "SELECT function_name, parameters, macro_definition FROM duckdb_functions() WHERE function_type = 'macro' AND NOT internal"
  )
  const macros = new Map<string, (readonly string[])[]>()
  const definitions = new Map<string, string>()
  for (const [written, parameters, definition] of rows.getRowsJson()) {
    const name = String(written)
    definitions.set(name, `${definitions.get(name) ?? ''} ${definition}`)
    if (!name.startsWith('sf_')) continue
    const overloads = macros.get(name.toUpperCase()) ?? []
    overloads.push((parameters as string[]).map(String))
    macros.set(name.toUpperCase(), overloads)
  }
  return {
    macros,
    readers: withUsers(['statement_time'], definitions),
    changers: withUsers(changing, definitions)
  }
}

/** What gives another value another time: the clock, dice, and what a session has set, such as the form of dates. */
const changing =
  'current_setting currval getvariable nextval now random setseed TABLESAMPLE today uuid'.split(' ')

/** All engines of a process have the same functions: what they make of constants is remembered once. */
const values = rememberedTexts(8_000_000)
const types = new Map<string, DuckType>()

/** What all engines of a process know of their functions, which are the same: to ask takes a third of an engine's start. */
let ofProcess: ReturnType<typeof readMacros> | undefined

/** Gives the variable of the clock its type. */
const startClock = 'SET VARIABLE statement_time = now()'

/** What all connections share. */
interface Known {
  readonly instance: DuckDBInstance
  readonly macros: Macros
  readonly readers: ClockReaders
  /** Names of macros that may give another value another time. */
  readonly changers: ReadonlySet<string>
}

/** Types of so many expressions are remembered. */
const mostRemembered = 10_000

const engineOn = (connection: DuckDBConnection, known: Known, close: () => void): Engine => {
  const { instance, macros, readers, changers } = known
  const clock = statementClock(connection, readers)
  const { guard, cancelOn, cancelled } = cancellation(() => connection.interrupt())
  const run: Engine['run'] = (sql) =>
    guard(async () => {
      await clock.before(sql)
      return orThrow(connection.runAndReadAll(sql))
    })
  const describe = async (query: string): Promise<readonly Column[]> => {
    const prepared = await guard(() => orThrow(connection.prepare(query)))
    const columns = Array.from({ length: prepared.columnCount }, (_, at) => {
      const type = prepared.columnType(at)
      return { name: prepared.columnName(at), type: type.alias === 'JSON' ? 'JSON' : String(type) }
    })
    prepared.destroySync()
    return columns
  }
  const textOf: Engine['textOf'] = async (query) => {
    const rows = (await run(query)).getRows()
    if (rows.length > 1) throw new WorksheetError('Single-row subquery returns more than one row.')
    const value = rows[0]?.[0]
    return value === null || value === undefined ? null : String(value)
  }
  return {
    connection,
    macros,
    describe,
    guard,
    cancelOn,
    cancelled,
    run,
    standAt: clock.stand,
    typeOf: async (expression) => {
      const found = types.get(expression)
      if (found) return found
      const type = (await describe(`SELECT ${expression}`))[0]?.type ?? 'VARCHAR'
      if (types.size < mostRemembered) types.set(expression, type)
      return type
    },
    textOf,
    textOfConstants: async (query) => {
      if (names(query, changers)) return textOf(query)
      const found = values.get(query)
      if (found !== undefined) return found
      const text = await textOf(query)
      values.set(query, text)
      return text
    },
    connect: async () => {
      const other = await instance.connect()
      for (const setting of [...settings, startClock]) await other.run(setting)
      return engineOn(other, known, () => other.closeSync())
    },
    close
  }
}

const macrosFile = new URL('api/local/worksheet/snowflake-functions.sql', packageRoot)

/**
 * Opens an empty database in memory.
 *
 * @param threads how many threads DuckDB may use; all by default
 */
export const openEngine = async (threads?: number): Promise<Engine> => {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  registerVariantFunctions(connection)
  if (threads !== undefined) await connection.run(`SET threads = ${threads}`)
  for (const setting of [...settings, startClock]) await connection.run(setting)
  // DuckDB works in threads of its own.
  const made = connection.run(await readFile(macrosFile, 'utf8'))
  warmParser()
  await made
  ofProcess ??= readMacros(connection)
  const { macros, readers, changers } = await ofProcess
  const shared = { instance, macros, readers: new Set(readers), changers }
  return engineOn(connection, shared, () => {
    connection.closeSync()
    instance.closeSync()
  })
}
