import { snowflakeType } from '../worksheet/duck-type.ts'
import { quoteText } from '../worksheet/identifiers.ts'
import type { Statement } from '../worksheet/read-script.ts'
import type { Extension } from '../worksheet/session.ts'
import { list, nodeOf } from '../worksheet/sql-tree.ts'
import { evaluate } from '../worksheet/value.ts'

/** DESCRIBE RESULT of a statement's id. https://docs.snowflake.com/en/sql-reference/sql/desc-result */
export const describeResult = (readOne: (sql: string) => Statement): Extension => ({
  words: /^desc(ribe)?\s+result\b/i,
  run: async ({ sql }, frame, session) => {
    const tree = readOne(sql.replace(/^\w+\s+result/i, 'select')).parse()
    const [item] = list(nodeOf(tree).body, 'expressions')
    const { kind, body } = nodeOf(item)
    const { text } = await evaluate(kind === 'alias' ? body.this : item, session.compiler(frame))
    const columns = await session.engine.describe(session.results.query(text ?? undefined))
    const rows = columns.map(
      ({ name, type }, at) => `(${at}, ${quoteText(name)}, ${quoteText(snowflakeType(type))})`
    )
    return session.show(
      sql,
      `SELECT n AS "name", t AS "type", 'COLUMN' AS "kind" FROM (VALUES ${rows.join(', ')}) AS v(place, n, t) ORDER BY place`
    )
  }
})
