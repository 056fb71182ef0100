import { type BlockRun, type End, running } from './block-run.ts'
import { numberOf, whole } from './plain-variables.ts'
import type { Node } from './script-tree.ts'
import type { Names, Variable } from './variables.ts'

/** One turn of a loop; undefined lets it go on. */
const turn = async (run: BlockRun, body: readonly Node[], names: Names): Promise<End | undefined> => {
  const end = await run.runAll(body, names)
  return end.by === 'return' ? end : end.by === 'break' ? running : undefined
}

/** WHILE and LOOP. */
export const repeat = async (
  run: BlockRun,
  node: Node & { kind: 'while' | 'loop' },
  names: Names
): Promise<End> => {
  while (node.kind === 'loop' || (await run.statements.holds(node.condition, names))) {
    const end = await turn(run, node.body, { own: new Map(), outer: names })
    if (end) return end
  }
  return running
}

/** The values of a FOR's variable. */
async function* turnsOf(
  { statements, rows }: BlockRun,
  { over }: Node & { kind: 'for' },
  names: Names
): AsyncGenerator<Variable> {
  if ('rows' in over) {
    const queryId = await rows.open(names, over.rows)
    for (let at = 0; ; at += 1) {
      const fields = await rows.at(queryId, at)
      if (fields === undefined) return
      yield { what: 'record', fields }
    }
  }
  const from = Number((await statements.compute(over.from, names, whole)).text)
  const to = Number((await statements.compute(over.to, names, whole)).text)
  for (let at = 0; at <= to - from; at += 1) yield numberOf(over.isReverse ? to - at : from + at)
}

/** FOR. */
export const each = async (run: BlockRun, node: Node & { kind: 'for' }, names: Names): Promise<End> => {
  for await (const value of turnsOf(run, node, names)) {
    const end = await turn(run, node.body, { own: new Map([[node.variable, value]]), outer: names })
    if (end) return end
  }
  return running
}
