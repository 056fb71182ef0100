import { snowflakeType } from '../worksheet/duck-type.ts'
import { quoteName, quoteText } from '../worksheet/identifiers.ts'
import type { Extension } from '../worksheet/session.ts'
import { compilationError, notSupported } from '../worksheet/worksheet-error.ts'
import { readType } from './read-type.ts'

const added =
  /^alter\s+table\s+(if\s+exists\s+)?(\w+)\s+add\s+column\s+(if\s+not\s+exists\s+)?(\w+)\s+([\w\s(),]+)$/i

/** ALTER TABLE … ADD COLUMN, as upgrades use it. https://docs.snowflake.com/en/sql-reference/sql/alter-table */
export const alterTable: Extension = {
  words: /^alter\s+table\b/i,
  run: async ({ sql }, frame, session) => {
    const [, mayLackTable, written = '', mayBeThere, name = '', declared = ''] = added.exec(sql) ?? []
    if (written === '') throw notSupported('ALTER TABLE other than ADD COLUMN of a name and a type')
    await session.transactions.beforeDdl(frame.depth, 'ALTER TABLE')
    const table = written.toUpperCase()
    const column = name.toUpperCase()
    const done = session.say(sql, 'Statement executed successfully.')
    const columns = await session.engine.run(
      `SELECT column_name FROM information_schema.columns WHERE table_name = ${quoteText(table)}`
    )
    const rows = columns.getRowsJson()
    if (rows.length === 0) {
      if (mayLackTable) return done
      throw compilationError(`Table '${table}' does not exist or not authorized.`)
    }
    if (rows.some(([found]) => found === column)) {
      if (mayBeThere) return done
      throw compilationError(`column '${column}' already exists`)
    }
    const { type, variant } = readType(declared)
    await session.engine.run(`ALTER TABLE ${quoteName(table)} ADD COLUMN ${quoteName(column)} ${type}`)
    await session.engine.run(
      `COMMENT ON COLUMN ${quoteName(table)}.${quoteName(column)} IS ${quoteText(variant ?? snowflakeType(type))}`
    )
    return done
  }
}
