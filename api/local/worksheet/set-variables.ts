import type { Compiler } from './compiler.ts'
import { quoteText } from './identifiers.ts'
import { emptyScope, type Sql } from './scope.ts'
import { variableName } from './session-statements.ts'
import { list, nodeOf, type Tree } from './sql-tree.ts'
import type { Outcome } from './statement.ts'

const constantOf = async (tree: unknown, compiler: Compiler): Promise<Sql> => {
  const sql = await compiler.expression(tree, emptyScope)
  const result = await compiler.engine.run(`SELECT CAST((${sql.text}) AS VARCHAR)`)
  const value = result.getRows()[0]?.[0]
  if (value === null || value === undefined) return { text: 'NULL', type: 'NULL' }
  const text = String(value)
  return sql.type === 'VARCHAR'
    ? { text: quoteText(text), type: sql.type, literal: text }
    : { text: `CAST(${quoteText(text)} AS ${sql.type})`, type: sql.type }
}

/** `SET x = …` and `SET (x, y) = (…, …)`: values are computed once and kept as constants. */
export const setVariables = async (
  body: Tree,
  compiler: Compiler,
  variables: Map<string, Sql>
): Promise<Outcome> => {
  for (const item of list(body, 'items') as readonly Tree[]) {
    const name = nodeOf(item.name)
    const isTuple = name.kind === 'tuple'
    const names = isTuple ? list(name.body, 'expressions') : [item.name]
    const values = isTuple ? list(nodeOf(item.value).body, 'expressions') : [item.value]
    for (const [at, tree] of names.entries())
      variables.set(variableName(tree), await constantOf(values[at], compiler))
  }
  return { status: 'Statement executed successfully.' }
}
