import type { BlockRun } from './block-run.ts'
import { readType } from './read-type.ts'
import type { Declaration, Node } from './script-tree.ts'
import { findName, type Names, valueNamed } from './variables.ts'

/** Gives a name of the block its first value. */
export const declare = async (
  { statements }: BlockRun,
  declaration: Declaration,
  names: Names
): Promise<void> => {
  const { name, what, value, query, code = -20000, message = '' } = declaration
  if (what === 'exception') names.own.set(name, { what, code, message })
  else if (what === 'variable') {
    const type = declaration.type === undefined ? undefined : readType(declaration.type)
    const initial = value
      ? await statements.compute(value, names, type)
      : { type: type?.type ?? 'NULL', text: null }
    names.own.set(name, { what: 'value', type, value: initial })
  } else {
    const queryId = what === 'resultset' && query ? (await statements.run(query, names)).queryId : undefined
    names.own.set(name, { what: 'rows', query: what === 'cursor' ? query : undefined, queryId, next: 0 })
  }
}

/** `name := …` */
export const assign = async (
  { statements }: BlockRun,
  { name, value, query }: Node & { kind: 'assign' },
  names: Names
): Promise<void> => {
  const found = findName(names, name)
  if (found?.what === 'rows' && query) {
    found.queryId = (await statements.run(query, names)).queryId
    found.next = 0
  } else {
    const variable = valueNamed(names, name)
    variable.value = await statements.compute(value, names, variable.type)
  }
}
