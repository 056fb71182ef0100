import type { TargetType } from '../worksheet/data-types.ts'
import type { Value } from '../worksheet/value.ts'
import { compilationError, WorksheetError } from '../worksheet/worksheet-error.ts'
import { readType } from './read-type.ts'
import { openRows } from './rows.ts'
import { raisedBy, ScriptError, StatementCancelled } from './script-error.ts'
import type { Block, Declaration, Handler, Node, Place } from './script-tree.ts'
import { type BlockWorld, openStatements } from './statements.ts'
import { findName, type Names, type Variable, valueNamed } from './variables.ts'

/** What RETURN gave: a value, or the id of a result. */
export interface Returned {
  readonly value: Value | undefined
  readonly table: string | undefined
}

/** How a list of statements ended. */
type End = { readonly by: 'running' | 'break' | 'continue' } | ({ readonly by: 'return' } & Returned)

const running: End = { by: 'running' }
const whole: TargetType = { type: 'DECIMAL(38,0)' }
const numberOf = (value: number): Variable => ({
  what: 'value',
  type: whole,
  value: { type: whole.type, text: String(value) }
})
const textOf = (text: string): Variable => ({
  what: 'value',
  type: undefined,
  value: { type: 'VARCHAR', text }
})

/** Runs one block after another as Snowflake Scripting does. */
const openRunner = (world: BlockWorld) => {
  const statements = openStatements(world)
  const rows = openRows(world.session, statements)
  const { compute, holds } = statements
  let place: Place = { line: 1, position: 0 }

  const declare = async (declaration: Declaration, names: Names): Promise<void> => {
    const { name, what, value, query, code = -20000, message = '' } = declaration
    if (what === 'exception') names.own.set(name, { what, code, message })
    else if (what === 'variable') {
      const type = declaration.type === undefined ? undefined : readType(declaration.type)
      const initial = value ? await compute(value, names, type) : { type: type?.type ?? 'NULL', text: null }
      names.own.set(name, { what: 'value', type, value: initial })
    } else {
      const queryId = what === 'resultset' && query ? (await statements.run(query, names)).queryId : undefined
      names.own.set(name, { what: 'rows', query: what === 'cursor' ? query : undefined, queryId, next: 0 })
    }
  }

  const assign = async ({ name, value, query }: Node & { kind: 'assign' }, names: Names): Promise<void> => {
    const found = findName(names, name)
    if (found?.what === 'rows' && query) {
      found.queryId = (await statements.run(query, names)).queryId
      found.next = 0
    } else {
      const variable = valueNamed(names, name)
      variable.value = await compute(value, names, variable.type)
    }
  }

  /** One turn of a loop; undefined lets it go on. */
  const turn = async (body: readonly Node[], names: Names): Promise<End | undefined> => {
    const end = await runAll(body, names)
    return end.by === 'return' ? end : end.by === 'break' ? running : undefined
  }

  const repeat = async (node: Node & { kind: 'while' | 'loop' }, names: Names): Promise<End> => {
    while (node.kind === 'loop' || (await holds(node.condition, names))) {
      const end = await turn(node.body, { own: new Map(), outer: names })
      if (end) return end
    }
    return running
  }

  async function* turnsOf({ over }: Node & { kind: 'for' }, names: Names): AsyncGenerator<Variable> {
    if ('rows' in over) {
      const queryId = await rows.open(names, over.rows)
      for (let at = 0; ; at += 1) {
        const fields = await rows.at(queryId, at)
        if (fields === undefined) return
        yield { what: 'record', fields }
      }
    }
    const from = Number((await compute(over.from, names, whole)).text)
    const to = Number((await compute(over.to, names, whole)).text)
    for (let at = 0; at <= to - from; at += 1) yield numberOf(over.isReverse ? to - at : from + at)
  }

  const each = async (node: Node & { kind: 'for' }, names: Names): Promise<End> => {
    for await (const value of turnsOf(node, names)) {
      const end = await turn(node.body, { own: new Map([[node.variable, value]]), outer: names })
      if (end) return end
    }
    return running
  }

  const raise = (name: string | undefined, names: Names): never => {
    const found = findName(names, name ?? 'RAISED')
    if (name === undefined && found?.what === 'raised') throw found.error
    if (name === undefined) throw compilationError('RAISE without a name stands in a handler')
    if (found?.what !== 'exception') throw compilationError(`the exception '${name}' is not declared`)
    const { code, message } = found
    throw new ScriptError({ name, message, code, state: 'P0001' })
  }

  const give = async ({ table, value }: Node & { kind: 'return' }, names: Names): Promise<End> => {
    if (table === undefined)
      return { by: 'return', value: value && (await compute(value, names)), table: undefined }
    const { queryId } = rows.named(names, table)
    return { by: 'return', value: undefined, table: queryId ?? (await rows.open(names, table)) }
  }

  const fetch = async ({ name, into }: Node & { kind: 'fetch' }, names: Names): Promise<void> => {
    const found = rows.named(names, name)
    if (found.queryId === undefined) throw compilationError(`the cursor '${name}' is not open`)
    await rows.put(await rows.at(found.queryId, found.next), into, names)
    found.next += 1
  }

  const runSql = async ({ statement, into }: Node & { kind: 'sql' }, names: Names): Promise<void> => {
    const { queryId } = await statements.run(statement, names)
    if (into.length > 0) await rows.put(await rows.at(queryId, 0), into, names)
  }

  const choose = async ({ branches, otherwise }: Node & { kind: 'if' }, names: Names): Promise<End> => {
    for (const { condition, body } of branches) if (await holds(condition, names)) return runAll(body, names)
    return runAll(otherwise, names)
  }

  /** Statements that are always followed by the next one. */
  const step = async (node: Node, names: Names): Promise<void> => {
    if (node.kind === 'sql') await runSql(node, names)
    else if (node.kind === 'let') await declare(node.declaration, names)
    else if (node.kind === 'assign') await assign(node, names)
    else if (node.kind === 'open') await rows.open(names, node.name)
    else if (node.kind === 'close') rows.named(names, node.name).queryId = undefined
    else if (node.kind === 'fetch') await fetch(node, names)
    else if (node.kind === 'raise') raise(node.name, names)
  }

  const runNode = async (node: Node, names: Names): Promise<End> => {
    switch (node.kind) {
      case 'block':
        return runBlock(node.block, names)
      case 'if':
        return choose(node, names)
      case 'while':
      case 'loop':
        return repeat(node, names)
      case 'for':
        return each(node, names)
      case 'break':
      case 'continue':
        return { by: node.kind }
      case 'return':
        return give(node, names)
      default:
        await step(node, names)
        return running
    }
  }

  const runAll = async (nodes: readonly Node[], names: Names): Promise<End> => {
    for (const node of nodes) {
      place = node.place
      const end = await runNode(node, names)
      if (end.by !== 'running') return end
    }
    return running
  }

  const handle = async (error: unknown, handlers: readonly Handler[], names: Names): Promise<End> => {
    if (error instanceof StatementCancelled) throw error
    const raised = raisedBy(error, 'STATEMENT_ERROR')
    const { message, code, state } = raised
    const handler = handlers.find(
      ({ names: caught }) => caught.includes('OTHER') || caught.includes(raised.name)
    )
    if (handler === undefined) throw new ScriptError(raised)
    const own = new Map<string, Variable>([
      ['SQLERRM', textOf(message)],
      ['RAISED', { what: 'raised', error: new ScriptError(raised) }]
    ])
    if (state !== undefined) own.set('SQLSTATE', textOf(state))
    if (code !== undefined) own.set('SQLCODE', numberOf(code))
    return runAll(handler.body, { own, outer: names })
  }

  const runBlock = async (block: Block, outer: Names | undefined): Promise<End> => {
    const names: Names = { own: new Map(), outer }
    try {
      for (const declaration of block.declarations) {
        place = declaration.place
        await declare(declaration, names)
      }
      return await runAll(block.body, names)
    } catch (error) {
      return handle(error, block.handlers, names)
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
