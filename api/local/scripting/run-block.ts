import type { Frame, Done, Session } from '../worksheet/session.ts'
import { constantOf, evaluate, type Value, valueOf } from '../worksheet/value.ts'
import { castTo } from '../worksheet/casts.ts'
import type { TargetType } from '../worksheet/data-types.ts'
import { quoteName } from '../worksheet/identifiers.ts'
import { compilationError, WorksheetError } from '../worksheet/worksheet-error.ts'
import { readType } from './read-type.ts'
import { type Raised, raisedBy, ScriptError, StatementCancelled } from './script-error.ts'
import type { Block, Declaration, Expression, Handler, Node, Place } from './script-tree.ts'
import { bindsOf, findName, type Names, valueNamed, type Variable, withVariables } from './variables.ts'

/** How a list of statements ended. */
type End =
  | { readonly by: 'running' | 'break' | 'continue' }
  | { readonly by: 'return'; readonly value: Value | undefined; readonly table: string | undefined }

/** What RETURN gave: a value, or the id of a result. */
export interface Returned {
  readonly value: Value | undefined
  readonly table: string | undefined
}

export interface BlockWorld {
  readonly session: Session
  readonly frame: Omit<Frame, 'binds'>
  /** Is told of each statement of SQL that has run, and waited for; by a throw it cuts the procedure off. */
  readonly afterStatement: (sql: string) => Promise<void>
}

const running: End = { by: 'running' }
const whole: TargetType = { type: 'DECIMAL(38,0)' }
const yesOrNo: TargetType = { type: 'BOOLEAN' }
const text = (value: string | null): Variable => ({
  what: 'value',
  type: undefined,
  value: { type: 'VARCHAR', text: value }
})

/** Runs one block after another as Snowflake Scripting does. */
const openRunner = ({ session, frame, afterStatement }: BlockWorld) => {
  /** SQLROWCOUNT, SQLID: what the last statement left. */
  const last: { changed: bigint | null; queryId: string | null } = { changed: null, queryId: null }
  let place: Place = { line: 1, position: 0 }

  const bindsIn = (names: Names) => {
    const binds = bindsOf(names)
    const rows = last.changed === null ? 'CAST(NULL AS BIGINT)' : String(last.changed)
    binds.set('SQLROWCOUNT', { text: rows, type: 'BIGINT' })
    binds.set('SQLFOUND', { text: last.changed === null ? 'CAST(NULL AS BOOLEAN)' : String(last.changed > 0n), type: 'BOOLEAN' })
    if (last.queryId !== null) binds.set('SQLID', { text: `'${last.queryId}'`, type: 'VARCHAR', literal: last.queryId })
    return binds
  }

  /** @throws ScriptError: EXPRESSION_ERROR, or STATEMENT_ERROR when it was a query that failed */
  const compute = async (expression: Expression, names: Names, type?: TargetType): Promise<Value> => {
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

  const holds = async (condition: Expression, names: Names): Promise<boolean> =>
    (await compute(condition, names, yesOrNo)).text === 'true'

  const runSql = async (statement: Parameters<Session['execute']>[0], names: Names): Promise<Done> => {
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
  }

  const rowOf = async (queryId: string, at: number): Promise<ReadonlyMap<string, Value> | undefined> => {
    const table = session.results.table(queryId)
    const columns = await session.engine.describe(`SELECT * FROM ${quoteName(table)}`)
    const cells = columns.map((column) => `CAST(${quoteName(column.name)} AS VARCHAR)`)
    const found = await session.engine.run(`SELECT ${cells.join(', ')} FROM ${quoteName(table)} LIMIT 1 OFFSET ${at}`)
    const row = found.getRows()[0]
    if (row === undefined) return undefined
    return new Map(
      columns.map(({ name, type }, place_): [string, Value] => {
        const cell = row[place_]
        return [name, { type, text: cell === null || cell === undefined ? null : String(cell) }]
      })
    )
  }

  const putFirstRow = async (queryId: string, into: readonly string[], names: Names): Promise<void> => {
    const row = await rowOf(queryId, 0)
    await put(row, into, names)
  }

  const put = async (
    row: ReadonlyMap<string, Value> | undefined,
    into: readonly string[],
    names: Names
  ): Promise<void> => {
    const values = [...(row?.values() ?? [])]
    for (const [at, name] of into.entries()) {
      const variable = valueNamed(names, name)
      variable.value = await converted(values[at] ?? { type: 'NULL', text: null }, variable.type)
    }
  }

  const converted = async (value: Value, type: TargetType | undefined): Promise<Value> => {
    return type === undefined ? value : valueOf(castTo(constantOf(value), type), session.engine)
  }

  const declare = async (declaration: Declaration, names: Names): Promise<void> => {
    const { name, what, value, query } = declaration
    if (what === 'exception') {
      const message = declaration.message ?? ''
      names.own.set(name, { what: 'exception', code: declaration.code ?? -20000, message })
    } else if (what === 'variable') {
      const type = declaration.type === undefined ? undefined : readType(declaration.type)
      const initial = value ? await compute(value, names, type) : { type: type?.type ?? 'NULL', text: null }
      names.own.set(name, { what: 'value', type, value: initial })
    } else {
      // A RESULTSET's query runs at once, a cursor's when it is opened.
      const queryId = what === 'resultset' && query ? (await runSql(query, names)).queryId : undefined
      names.own.set(name, { what: 'rows', query: what === 'cursor' ? query : undefined, queryId, next: 0 })
    }
  }

  const rowsNamed = (names: Names, name: string): Variable & { readonly what: 'rows' } => {
    const found = findName(names, name)
    if (found?.what === 'rows') return found
    throw compilationError(`'${name}' is neither a cursor nor a RESULTSET`)
  }

  const openRows = async (names: Names, name: string): Promise<string> => {
    const rows = rowsNamed(names, name)
    if (rows.query) rows.queryId = (await runSql(rows.query, names)).queryId
    rows.next = 0
    if (rows.queryId === undefined) throw compilationError(`'${name}' holds no result`)
    return rows.queryId
  }

  const repeat = async (
    node: Node & { readonly kind: 'while' | 'loop' },
    names: Names
  ): Promise<End> => {
    while (node.kind === 'loop' || (await holds(node.condition, names))) {
      const end = await runAll(node.body, { own: new Map(), outer: names })
      if (end.by === 'return') return end
      if (end.by === 'break') return running
    }
    return running
  }

  const each = async (node: Node & { readonly kind: 'for' }, names: Names): Promise<End> => {
    const { over, variable, body } = node
    const inner = (value: Variable): Names => ({ own: new Map([[variable, value]]), outer: names })
    const step = async (value: Variable): Promise<End> => runAll(body, inner(value))
    if ('rows' in over) {
      const queryId = await openRows(names, over.rows)
      for (let at = 0; ; at += 1) {
        const fields = await rowOf(queryId, at)
        if (fields === undefined) return running
        const end = await step({ what: 'record', fields })
        if (end.by === 'return') return end
        if (end.by === 'break') return running
      }
    }
    const from = Number((await compute(over.from, names, whole)).text)
    const to = Number((await compute(over.to, names, whole)).text)
    const numbers = Array.from({ length: Math.max(to - from + 1, 0) }, (_, at) => from + at)
    for (const number of over.isReverse ? numbers.reverse() : numbers) {
      const end = await step({ what: 'value', type: whole, value: { type: whole.type, text: String(number) } })
      if (end.by === 'return') return end
      if (end.by === 'break') return running
    }
    return running
  }

  const assign = async (node: Node & { readonly kind: 'assign' }, names: Names): Promise<void> => {
    const found = findName(names, node.name)
    if (found?.what === 'rows' && node.query) {
      found.queryId = (await runSql(node.query, names)).queryId
      found.next = 0
      return
    }
    const variable = valueNamed(names, node.name)
    variable.value = await compute(node.value, names, variable.type)
  }

  const raise = (name: string | undefined, names: Names): never => {
    if (name === undefined) {
      const current = findName(names, 'RAISED')
      if (current?.what === 'raised') throw current.error
      throw compilationError('RAISE without a name stands in a handler')
    }
    const found = findName(names, name)
    if (found?.what !== 'exception') throw compilationError(`the exception '${name}' is not declared`)
    const { code, message } = found
    throw new ScriptError({ name, message, code, state: 'P0001' })
  }

  const runNode = async (node: Node, names: Names): Promise<End> => {
    switch (node.kind) {
      case 'block':
        return runBlock(node.block, names)
      case 'sql': {
        const done = await runSql(node.statement, names)
        if (node.into.length > 0) await putFirstRow(done.queryId, node.into, names)
        return running
      }
      case 'let':
        await declare(node.declaration, names)
        return running
      case 'assign':
        await assign(node, names)
        return running
      case 'if': {
        for (const { condition, body } of node.branches) if (await holds(condition, names)) return runAll(body, names)
        return runAll(node.otherwise, names)
      }
      case 'while':
      case 'loop':
        return repeat(node, names)
      case 'for':
        return each(node, names)
      case 'break':
      case 'continue':
        return { by: node.kind }
      case 'raise':
        return raise(node.name, names)
      case 'return': {
        if (node.table !== undefined) {
          const rows = rowsNamed(names, node.table)
          return { by: 'return', value: undefined, table: rows.queryId ?? (await openRows(names, node.table)) }
        }
        return { by: 'return', value: node.value && (await compute(node.value, names)), table: undefined }
      }
      case 'open':
        await openRows(names, node.name)
        return running
      case 'close':
        rowsNamed(names, node.name).queryId = undefined
        return running
      case 'fetch': {
        const rows = rowsNamed(names, node.name)
        if (rows.queryId === undefined) throw compilationError(`the cursor '${node.name}' is not open`)
        await put(await rowOf(rows.queryId, rows.next), node.into, names)
        rows.next += 1
        return running
      }
      case 'null':
        return running
      default:
        return node satisfies never
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
    const raised: Raised = raisedBy(error, 'STATEMENT_ERROR')
    const handler = handlers.find((candidate) =>
      candidate.names.some((name) => name === 'OTHER' || name === raised.name)
    )
    if (handler === undefined) throw error instanceof ScriptError ? error : new ScriptError(raised)
    const own = new Map<string, Variable>([
      ['SQLERRM', text(raised.message)],
      ['RAISED', { what: 'raised', error: new ScriptError(raised) }]
    ])
    if (raised.state !== undefined) own.set('SQLSTATE', text(raised.state))
    if (raised.code !== undefined)
      own.set('SQLCODE', { what: 'value', type: whole, value: { type: whole.type, text: String(raised.code) } })
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
  const names: Names = { own: new Map(variables), outer: undefined }
  try {
    const end = await runner.runBlock(block, names)
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
