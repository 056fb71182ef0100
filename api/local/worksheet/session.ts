import type { ExternalFunction } from '../../runtime/external-functions.ts'
import type { CallExternal } from './call-external.ts'
import type { CallingView } from './calling-view.ts'
import type { Compiler } from './compiler.ts'
import { snowflakeType } from './duck-type.ts'
import type { Engine } from './engine.ts'
import { expressionWith } from './expression.ts'
import { callsAnywhere } from './external-calls.ts'
import { readColumn, shownValue } from './format-value.ts'
import { quoteName } from './identifiers.ts'
import { queryWith } from './query.ts'
import type { Statement } from './read-script.ts'
import { type Column, emptyScope, type Sql } from './scope.ts'
import { setVariables } from './set-variables.ts'
import { nodeOf } from './sql-tree.ts'
import { endsTransaction, type Outcome } from './statement.ts'
import type { StatementResult } from './statement-result.ts'
import { runStatement } from './statements.ts'
import { compilationError, notSupported } from './worksheet-error.ts'

type Progress = ((answered: number, of: number) => void) | undefined

/** Variables, the last result and the transaction: what lives from one statement to the next. */
export interface Session {
  readonly run: (statement: Statement, progress: Progress) => Promise<StatementResult>
}

export const openSession = (
  engine: Engine,
  call: CallExternal,
  functions: readonly ExternalFunction[],
  readScript: (script: string) => readonly Statement[]
): Session => {
  const variables = new Map<string, Sql>()
  const views = new Map<string, CallingView>()
  let temporaries: string[] = []
  let tables = 0
  let isInTransaction = false
  let last: { readonly columns: readonly Column[]; readonly table: string } | undefined

  const compilerFor = (progress: Progress, isRehearsal: boolean): Compiler => {
    const compiler: Compiler = {
      engine,
      variables,
      functions,
      call,
      views,
      progress,
      isRehearsal,
      temporaryTable: () => {
        tables += 1
        temporaries.push(`_T${tables}`)
        return `_T${tables}`
      },
      uniqueName: () => {
        tables += 1
        return `_Q${tables}`
      },
      lastResult: async () => {
        if (last === undefined) throw compilationError('there is no earlier result for RESULT_SCAN')
        return last.table
      },
      expression: expressionWith(() => compiler),
      query: queryWith(() => compiler)
    }
    return compiler
  }

  const dropTemporaries = async (): Promise<void> => {
    for (const table of temporaries) await engine.run(`DROP TABLE IF EXISTS ${quoteName(table)}`)
    temporaries = []
  }

  /** Runs a query into a table of its own, which RESULT_SCAN may read, and out of it as text. */
  const read = async (query: string): Promise<Pick<StatementResult, 'columns' | 'rows'>> => {
    const columns = await engine.describe(query)
    tables += 1
    const table = `_R${tables}`
    const names = columns.map((_, at) => `c${at}`)
    await engine.run(
      `CREATE TEMP TABLE ${quoteName(table)} AS SELECT * FROM (${query}) AS q(${names.join(', ')})`
    )
    const texts = columns.map((column, at) => readColumn(column, `c${at}`))
    const result = await engine.run(`SELECT ${texts.join(', ')} FROM ${quoteName(table)}`)
    await keep(table, columns)
    return {
      columns: columns.map((column) => ({ name: column.name, type: snowflakeType(column.type) })),
      rows: result.getRows().map((row) => columns.map((column, at) => shownValue(column, row[at])))
    }
  }

  const keep = async (table: string, columns: readonly Column[]): Promise<void> => {
    if (last) await engine.run(`DROP TABLE IF EXISTS ${quoteName(last.table)}`)
    for (const [at, column] of columns.entries()) {
      const isRepeated =
        columns.findIndex((other) => other.name.toLowerCase() === column.name.toLowerCase()) < at
      const name = isRepeated ? `${column.name}_${at + 1}` : column.name
      if (name !== `c${at}`)
        await engine.run(`ALTER TABLE ${quoteName(table)} RENAME COLUMN c${at} TO ${quoteName(name)}`)
    }
    last = { columns, table }
  }

  const transaction = async (words: string): Promise<Outcome> => {
    const isBegin = /^(BEGIN|START)/.test(words)
    if (isBegin === isInTransaction) return { status: 'Statement executed successfully.' }
    await engine.run(isBegin ? 'BEGIN' : (words.split(' ')[0] ?? 'COMMIT'))
    isInTransaction = isBegin
    return { status: 'Statement executed successfully.' }
  }

  const execute = async (tree: unknown, words: string, progress: Progress): Promise<Outcome> => {
    const { kind, body } = nodeOf(tree)
    if (kind === 'set_statement') return setVariables(body, compilerFor(progress, false), variables)
    if (['transaction', 'commit', 'rollback'].includes(kind)) return transaction(words)
    const isCalling = callsAnywhere(tree, functions, views)
    if (isCalling && ![...queryKinds, ...changingKinds, ...lookingKinds].includes(kind)) {
      throw notSupported(`An external function in ${words}`)
    }
    if (isCalling && !lookingKinds.includes(kind)) {
      const rehearsed = await runStatement(tree, words, compilerFor(undefined, true))
      if ('query' in rehearsed) await engine.describe(rehearsed.query)
    }
    if (isInTransaction && endsTransaction(kind)) await transaction('COMMIT')
    return runStatement(tree, words, compilerFor(progress, isCalling && lookingKinds.includes(kind)))
  }

  /** The statement that EXECUTE IMMEDIATE finds in a text. */
  const statementIn = async (written: string): Promise<Statement> => {
    if (/\busing\s*\([^()]*\)$/i.test(written)) throw notSupported('EXECUTE IMMEDIATE with USING')
    const [select] = readScript(`select ${written}`)
    const query = await compilerFor(undefined, false).query(select?.parse(), emptyScope)
    const text = (await engine.run(query.text)).getRows()[0]?.[0]
    const [statement, more] = readScript(String(text ?? ''))
    if (statement === undefined) throw compilationError('EXECUTE IMMEDIATE of an empty text')
    if (more) throw notSupported('EXECUTE IMMEDIATE of several statements')
    return statement
  }

  const run: Session['run'] = async ({ sql, firstWords, parse }, progress) => {
    const immediate = /^execute\s+immediate\s+([\s\S]+)$/i.exec(sql)
    if (immediate) return run(await statementIn(immediate[1] ?? ''), progress)
    const unset = /^unset\s+(\w+)$/i.exec(sql)
    if (unset) {
      variables.delete((unset[1] ?? '').toUpperCase())
      return { sql, columns: [], rows: [], status: 'Statement executed successfully.' }
    }
    const tree = parse()
    const isAtomic = !isInTransaction && nodeOf(tree).kind === 'insert'
    try {
      if (isAtomic) await engine.run('BEGIN')
      const outcome = await execute(tree, firstWords, progress)
      const result = 'query' in outcome ? await read(outcome.query) : await shown(outcome, read)
      if (isAtomic) await engine.run('COMMIT')
      await dropTemporaries()
      return { sql, ...result }
    } catch (error) {
      if (isAtomic) await engine.run('ROLLBACK').catch(() => undefined)
      await dropTemporaries().catch(() => undefined)
      throw error
    }
  }
  return { run }
}

const queryKinds = ['select', 'union', 'except', 'intersect', 'subquery']
const changingKinds = ['create_table', 'insert', 'update', 'delete', 'merge']
/** These only look at a query that calls. */
const lookingKinds = ['create_view', 'describe']

const shown = async (
  outcome: Exclude<Outcome, { readonly query: string }>,
  read: (query: string) => Promise<Pick<StatementResult, 'columns' | 'rows'>>
): Promise<Pick<StatementResult, 'columns' | 'rows' | 'status'>> => {
  if ('status' in outcome) return { columns: [], rows: [], status: outcome.status }
  return read(
    `SELECT ${outcome.counts.map(([name, count]) => `CAST(${count} AS BIGINT) AS ${quoteName(name)}`).join(', ')}`
  )
}
