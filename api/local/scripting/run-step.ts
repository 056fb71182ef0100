import { compilationError } from '../worksheet/worksheet-error.ts'
import type { BlockRun } from './block-run.ts'
import { raise } from './exceptions.ts'
import type { Node } from './script-tree.ts'
import { assign, declare } from './set-names.ts'
import type { Names } from './variables.ts'

const fetch = async (
  { rows }: BlockRun,
  { name, into }: Node & { kind: 'fetch' },
  names: Names
): Promise<void> => {
  const found = rows.named(names, name)
  if (found.queryId === undefined) throw compilationError(`the cursor '${name}' is not open`)
  await rows.put(await rows.at(found.queryId, found.next), into, names)
  found.next += 1
}

const runSql = async (
  { statements, rows }: BlockRun,
  { statement, into }: Node & { kind: 'sql' },
  names: Names
): Promise<void> => {
  const { queryId } = await statements.run(statement, names)
  if (into.length > 0) await rows.put(await rows.at(queryId, 0), into, names)
}

/** Statements that are always followed by the next one. */
export const runStep = async (run: BlockRun, node: Node, names: Names): Promise<void> => {
  if (node.kind === 'sql') await runSql(run, node, names)
  else if (node.kind === 'let') await declare(run, node.declaration, names)
  else if (node.kind === 'assign') await assign(run, node, names)
  else if (node.kind === 'open') await run.rows.open(names, node.name)
  else if (node.kind === 'close') run.rows.named(names, node.name).queryId = undefined
  else if (node.kind === 'fetch') await fetch(run, node, names)
  else if (node.kind === 'raise') raise(node.name, names)
}
