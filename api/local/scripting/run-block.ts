import { WorksheetError } from '../worksheet/worksheet-error.ts'
import { type BlockRun, type End, type Returned, running } from './block-run.ts'
import { handle } from './exceptions.ts'
import { openRows } from './rows.ts'
import { each, repeat } from './run-loops.ts'
import { runStep } from './run-step.ts'
import { ScriptError } from './script-error.ts'
import type { Block, Node, Place } from './script-tree.ts'
import { declare } from './set-names.ts'
import { type BlockWorld, openStatements } from './statements.ts'
import type { Names, Variable } from './variables.ts'

/** RETURN. */
const give = async (
  { statements, rows }: BlockRun,
  { table, value }: Node & { kind: 'return' },
  names: Names
): Promise<End> => {
  if (table === undefined)
    return { by: 'return', value: value && (await statements.compute(value, names)), table: undefined }
  const { queryId } = rows.named(names, table)
  return { by: 'return', value: undefined, table: queryId ?? (await rows.open(names, table)) }
}

/** IF. */
const choose = async (
  { statements, runAll }: BlockRun,
  { branches, otherwise }: Node & { kind: 'if' },
  names: Names
): Promise<End> => {
  for (const { condition, body } of branches)
    if (await statements.holds(condition, names)) return runAll(body, names)
  return runAll(otherwise, names)
}

/** Runs one block after another as Snowflake Scripting does. */
const openRunner = (world: BlockWorld) => {
  const statements = openStatements(world)
  let place: Place = { line: 1, position: 0 }

  const runNode = async (node: Node, names: Names): Promise<End> => {
    switch (node.kind) {
      case 'block':
        return runBlock(node.block, names)
      case 'if':
        return choose(run, node, names)
      case 'while':
      case 'loop':
        return repeat(run, node, names)
      case 'for':
        return each(run, node, names)
      case 'break':
      case 'continue':
        return { by: node.kind }
      case 'return':
        return give(run, node, names)
      default:
        await runStep(run, node, names)
        return running
    }
  }

  const runAll: BlockRun['runAll'] = async (nodes, names) => {
    for (const node of nodes) {
      place = node.place
      const end = await runNode(node, names)
      if (end.by !== 'running') return end
    }
    return running
  }

  const run: BlockRun = { statements, rows: openRows(world.session, statements), runAll }

  const runBlock = async (block: Block, outer: Names | undefined): Promise<End> => {
    const names: Names = { own: new Map(), outer }
    try {
      for (const declaration of block.declarations) {
        place = declaration.place
        await declare(run, declaration, names)
      }
      return await runAll(block.body, names)
    } catch (error) {
      return handle(run, error, block.handlers, names)
    }
  }

  return { runBlock, placeNow: () => place }
}

/**
 * Runs a block with its first variables.
 *
 * @throws WorksheetError in Snowflake's words for an exception that nobody has caught
 */
export const runScript = async (
  block: Block,
  variables: ReadonlyMap<string, Variable>,
  world: BlockWorld
): Promise<Returned> => {
  const runner = openRunner(world)
  try {
    const end = await runner.runBlock(block, { own: new Map(variables), outer: undefined })
    return end.by === 'return' ? end : { value: undefined, table: undefined }
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error
    const { name, message } = error.raised
    const { line, position } = runner.placeNow()
    throw new WorksheetError(
      `Uncaught exception of type '${name}' on line ${line} at position ${position} : ${message}`
    )
  }
}
