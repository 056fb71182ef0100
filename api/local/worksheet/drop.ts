import { quoteName } from './identifiers.ts'
import { child, flag, trees } from './sql-tree.ts'
import type { Outcome, StatementRunner } from './statement.ts'
import { tableExists } from './table-exists.ts'
import { tableName } from './table-name.ts'
import { compilationError, notSupported } from './worksheet-error.ts'

/** DROP TABLE and DROP VIEW. */
const drop =
  (what: 'TABLE' | 'VIEW'): StatementRunner =>
  async (body, compiler): Promise<Outcome> => {
    const names = body.names ? trees(body, 'names') : [child(body, 'name') ?? {}]
    const [only] = names
    if (only === undefined || names.length !== 1) throw notSupported(`DROP ${what} of several names`)
    const name = tableName(only)
    if (!(await tableExists(name, compiler))) {
      if (flag(body, 'if_exists'))
        return { status: `Drop statement executed successfully (${name} already dropped).` }
      throw compilationError(
        `${what === 'TABLE' ? 'Table' : 'View'} '${name}' does not exist or not authorized.`
      )
    }
    await compiler.engine.run(`DROP ${what} ${quoteName(name)}`)
    compiler.views.delete(name)
    compiler.viewQueries.delete(name)
    return { status: `${name} successfully dropped.` }
  }

export const dropTable = drop('TABLE')
export const dropView = drop('VIEW')
