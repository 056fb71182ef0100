import { snowflakeType } from '../worksheet/duck-type.ts'
import type { Extension } from '../worksheet/session.ts'
import { showStatement } from '../worksheet/show-rows.ts'
import type { Procedure } from './procedures.ts'

/** https://docs.snowflake.com/en/sql-reference/sql/show-procedures */
export const showProcedures = (procedures: ReadonlyMap<string, Procedure>): Extension =>
  showStatement('procedures', ['created_on', 'name', 'arguments'], async () =>
    [...procedures.values()].map(({ name, parameters, returns, createdAt }) => {
      const types = parameters.map(({ type }) => snowflakeType(type.type)).join(', ')
      const answer = returns === undefined ? 'TABLE ()' : snowflakeType(returns.type)
      return { created_on: createdAt.toISOString(), name, arguments: `${name}(${types}) RETURN ${answer}` }
    })
  )
