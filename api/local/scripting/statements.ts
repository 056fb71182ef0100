import type { TargetType } from '../worksheet/data-types.ts'
import type { Statement } from '../worksheet/read-script.ts'
import type { Sql, Value } from '../worksheet/scope.ts'
import type { Done, Frame, Session } from '../worksheet/session.ts'
import { constantOf, converted, evaluate } from '../worksheet/value.ts'
import { raisedBy, ScriptError, StatementCancelled } from './script-error.ts'
import type { Expression } from './script-tree.ts'
import { bindsOf, type Names, withVariables } from './variables.ts'

export interface BlockWorld {
  readonly session: Session
  readonly frame: Omit<Frame, 'binds'>
  /** Is told of each statement of SQL that has run, and waited for; by a throw it cuts the procedure off. */
  readonly afterStatement: (sql: string) => Promise<void>
}

/** What a block does with the session: it computes expressions and runs statements of SQL. */
export interface Statements {
  /** @throws ScriptError: EXPRESSION_ERROR, or STATEMENT_ERROR when it was a query that failed */
  readonly compute: (expression: Expression, names: Names, type?: TargetType) => Promise<Value>
  readonly holds: (condition: Expression, names: Names) => Promise<boolean>
  /** @throws ScriptError: STATEMENT_ERROR */
  readonly run: (statement: Statement, names: Names) => Promise<Done>
  readonly convert: (value: Value, type: TargetType | undefined) => Promise<Value>
}

const yesOrNo: TargetType = { type: 'BOOLEAN' }

export const openStatements = ({ session, frame, afterStatement }: BlockWorld): Statements => {
  /** https://docs.snowflake.com/en/developer-guide/snowflake-scripting/dml-status, and SQLID */
  const last: { changed: bigint | null; queryId: string | null } = { changed: null, queryId: null }

  const bindsIn = (names: Names): Map<string, Sql> => {
    const { changed, queryId } = last
    const rows = changed === null ? 'CAST(NULL AS BIGINT)' : String(changed)
    const found = changed === null ? 'CAST(NULL AS BOOLEAN)' : String(changed > 0n)
    const status: [string, Sql][] = [
      ['SQLROWCOUNT', { text: rows, type: 'BIGINT' }],
      ['SQLFOUND', { text: found, type: 'BOOLEAN' }],
      ['SQLID', constantOf({ type: 'VARCHAR', text: queryId })]
    ]
    return new Map([...status, ...bindsOf(names)])
  }

  const compute: Statements['compute'] = async (expression, names, type) => {
    const hasQuery = /\bselect\b/i.test(expression.sql)
    try {
      const binds = bindsIn(names)
      const tree = withVariables(expression.parse(), names, binds)
      const value = await evaluate(tree, session.compiler({ ...frame, binds }), type)
      if (hasQuery) await afterStatement(expression.sql)
      return value
    } catch (error) {
      if (error instanceof StatementCancelled) throw error
      throw new ScriptError(raisedBy(error, hasQuery ? 'STATEMENT_ERROR' : 'EXPRESSION_ERROR'))
    }
  }

  return {
    compute,
    holds: async (condition, names) => (await compute(condition, names, yesOrNo)).text === 'true',
    run: async (statement, names) => {
      try {
        const done = await session.execute(statement, { ...frame, binds: bindsIn(names) })
        last.queryId = done.queryId
        if (done.changed !== undefined) last.changed = done.changed
        await afterStatement(statement.sql)
        return done
      } catch (error) {
        if (error instanceof StatementCancelled) throw error
        throw new ScriptError({ ...raisedBy(error, 'STATEMENT_ERROR'), name: 'STATEMENT_ERROR' })
      }
    },
    convert: (value, type) => converted(value, type, session.engine)
  }
}
