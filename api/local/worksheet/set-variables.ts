import type { Compiler } from './compiler.ts'
import type { Sql } from './scope.ts'
import { variableName } from './session-statements.ts'
import { list, nodeOf, type Tree } from './sql-tree.ts'
import type { Outcome } from './statement.ts'
import { constantOf, evaluate } from './value.ts'

const constant = async (tree: unknown, compiler: Compiler): Promise<Sql> => {
  const value = await evaluate(tree, compiler)
  return value.text === null ? { text: 'NULL', type: 'NULL' } : constantOf(value)
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
      variables.set(variableName(tree), await constant(values[at], compiler))
  }
  return { status: 'Statement executed successfully.' }
}
