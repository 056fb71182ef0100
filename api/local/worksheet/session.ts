import { randomUUID } from 'node:crypto'
import type { ExternalFunction } from '../../runtime/external-functions.ts'
import type { CallExternal } from './call-external.ts'
import type { CallingView } from './calling-view.ts'
import type { Compiler, OtherSources } from './compiler.ts'
import type { Engine } from './engine.ts'
import { expressionWith } from './expression.ts'
import { callsAnywhere } from './external-calls.ts'
import { identifier, quoteName, quoteText } from './identifiers.ts'
import { lockedTables, tablesIn } from './locked-tables.ts'
import { queryWith } from './query.ts'
import type { Statement } from './read-script.ts'
import { type Catalog, rememberedColumns } from './remembered-columns.ts'
import { openResults, type Results } from './results.ts'
import type { Sql } from './scope.ts'
import { setVariables } from './set-variables.ts'
import { child, list, nodeOf, type Tree } from './sql-tree.ts'
import { isDdl, type Outcome } from './statement.ts'
import type { StatementResult } from './statement-result.ts'
import { runStatement } from './statements.ts'
import type { TableLocks } from './table-locks.ts'
import { openTransactions, type Transactions } from './transactions.ts'
import type { UserFunction } from './user-function.ts'
import { notSupported, WorksheetError } from './worksheet-error.ts'

type Progress = ((answered: number, of: number) => void) | undefined

/** Where a statement stands. */
export interface Frame {
  /** What `:name` means: the variables of a procedure. */
  readonly binds: ReadonlyMap<string, Sql>
  /** How many procedures deep; 0 is the worksheet's script. */
  readonly depth: number
  /** With owner's rights the session's variables are out of reach. */
  readonly isOwner: boolean
  readonly progress: Progress
}

/** What a statement gave, and how it is found again. */
export interface Done extends StatementResult {
  readonly queryId: string
  /** Rows that it changed, for SQLROWCOUNT. */
  readonly changed?: bigint
}

/** Statements that are read by their words, not by the parser: CALL, streams, tasks, COPY INTO … */
export interface Extension {
  readonly words: RegExp
  readonly run: (statement: Statement, frame: Frame, session: Session) => Promise<Done>
}

/** What all sessions share. */
export interface Shared {
  readonly call: CallExternal
  readonly functions: readonly ExternalFunction[]
  readonly userFunctions: Map<string, UserFunction>
  readonly views: Map<string, CallingView>
  readonly viewQueries: Map<string, unknown>
  readonly locks: TableLocks
  readonly others: OtherSources
  /** Moves streams to what the connection sees. */
  readonly advance: (streams: ReadonlySet<string>, compiler: Compiler) => Promise<void>
  readonly extensions: readonly Extension[]
  readonly now: () => Date
  readonly nextSession: () => number
  readonly catalog: Catalog
}

/** Variables, results and the transaction: what lives from one statement to the next. */
export interface Session {
  /** Sessions are numbered from 1. */
  readonly id: number
  readonly engine: Engine
  readonly transactions: Transactions
  readonly results: Results
  /** One statement of a script. */
  readonly run: (statement: Statement, progress: Progress) => Promise<StatementResult>
  /** One statement of a procedure. */
  readonly execute: (statement: Statement, frame: Frame) => Promise<Done>
  readonly compiler: (frame: Frame) => Compiler
  /** The result of a query of DuckDB. */
  readonly show: (sql: string, query: string) => Promise<Done>
  /** A result that is only a status. */
  readonly say: (sql: string, status: string) => Done
}

const noSession = new Map<string, Sql>()

export const openSession = (engine: Engine, shared: Shared): Session => {
  const id = shared.nextSession()
  const variables = new Map<string, Sql>()
  const results = openResults(engine)
  const columnsOf = rememberedColumns(engine, shared.catalog)
  let temporaries: string[] = []
  let tables = 0
  let transactionCount = 0

  const compilerFor = (frame: Frame, mode: 'query' | 'change' | 'rehearsal' = 'query'): Compiler => {
    const isRehearsal = mode === 'rehearsal'
    const compiler: Compiler = {
      engine,
      columnsOf,
      variables: frame.isOwner ? noSession : variables,
      binds: frame.binds,
      functions: shared.functions,
      userFunctions: shared.userFunctions,
      call: shared.call,
      views: shared.views,
      viewQueries: shared.viewQueries,
      others: shared.others,
      consumesStreams: mode === 'change',
      readStreams: new Set(),
      progress: isRehearsal ? undefined : frame.progress,
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
      result: results.query,
      session: { transaction: transactions.id(), lastQueryId: results.lastId() },
      expression: expressionWith(() => compiler),
      query: queryWith(() => compiler)
    }
    return compiler
  }

  const outside: Frame = { binds: noSession, depth: 0, isOwner: false, progress: undefined }
  const transactions = openTransactions({
    owner: id,
    engine,
    locks: shared.locks,
    newId: () => {
      transactionCount += 1
      return String(shared.now().getTime() * 1_000 + transactionCount)
    },
    advance: (streams) => shared.advance(streams, compilerFor(outside)),
    onRollback: () => {
      isRolledBack = true
    }
  })
  let isRolledBack = false

  const dropTemporaries = async (): Promise<void> => {
    for (const table of temporaries) await engine.run(`DROP TABLE IF EXISTS ${quoteName(table)}`)
    temporaries = []
  }

  const say: Session['say'] = (sql, status) => {
    const queryId = randomUUID()
    results.note(queryId)
    return { sql, queryId, columns: [], rows: [], status }
  }

  const show: Session['show'] = async (sql, query) => {
    const queryId = randomUUID()
    return { sql, queryId, ...(await results.read(queryId, query)) }
  }

  const shown = async (sql: string, outcome: Outcome): Promise<Done> => {
    if ('query' in outcome) return show(sql, outcome.query)
    if ('status' in outcome) return say(sql, outcome.status)
    const changed = outcome.counts
      .filter(([name]) => !name.includes('multi-joined'))
      .reduce((sum, [, count]) => sum + count, 0n)
    const queryId = randomUUID()
    return { sql, queryId, ...results.count(queryId, outcome.counts), changed }
  }

  /** A change, in a transaction and with the streams that it reads. */
  const change = async (tree: unknown, words: string, frame: Frame): Promise<Outcome> => {
    const compiler = compilerFor(frame, 'change')
    const locks = [...lockedTables(tree), ...tablesIn(tree).filter(shared.others.isStream)]
    return transactions.change(locks, frame.depth, async () => {
      const outcome = await runStatement(tree, words, compiler)
      transactions.consume(compiler.readStreams)
      return outcome
    })
  }

  const control = async (words: string, frame: Frame): Promise<Outcome> => {
    if (/^(BEGIN|START)/.test(words)) transactions.begin(frame.depth)
    else if (words.startsWith('COMMIT')) await transactions.commit(frame.depth)
    else await transactions.rollback(frame.depth)
    return { status: 'Statement executed successfully.' }
  }

  const executeTree = async (tree: unknown, words: string, frame: Frame): Promise<Outcome> => {
    const { kind, body } = nodeOf(tree)
    if (frame.isOwner && ['set_statement', 'use', 'alter_session'].includes(kind))
      throw new WorksheetError(`Stored procedure execution error: Unsupported statement type '${words}'.`)
    if (kind === 'set_statement') return setVariables(body, compilerFor(frame), variables)
    if (kind === 'alter_session') return alterSession(body)
    if (['transaction', 'commit', 'rollback'].includes(kind)) return control(words, frame)
    const isCalling = callsAnywhere(tree, shared.functions, shared.views)
    if (isCalling && ![...queryKinds, ...changingKinds, ...lookingKinds].includes(kind)) {
      throw notSupported(`An external function in ${words}`)
    }
    if (isCalling && !lookingKinds.includes(kind)) {
      const rehearsed = await runStatement(tree, words, compilerFor(frame, 'rehearsal'))
      if ('query' in rehearsed) await engine.describe(rehearsed.query)
    }
    if (isDdl(kind)) {
      await transactions.beforeDdl(frame.depth, words)
      shared.catalog.version += 1
    }
    if (changingKinds.includes(kind)) return change(tree, words, frame)
    return runStatement(
      tree,
      words,
      compilerFor(frame, isCalling && lookingKinds.includes(kind) ? 'rehearsal' : 'query')
    )
  }

  const alterSession = async (body: Tree): Promise<Outcome> => {
    for (const item of list(body, 'expressions')) {
      const { body: setting } = nodeOf(item)
      const name = identifier(child(nodeOf(setting.name).body, 'name'))
      const value = nodeOf(setting.value)
      if (name !== 'AUTOCOMMIT' || value.kind !== 'boolean') throw notSupported(`ALTER SESSION SET ${name}`)
      transactions.setAutocommit(value.body.value === true)
    }
    return { status: 'Statement executed successfully.' }
  }

  const execute: Session['execute'] = async (statement, frame) => {
    const { sql, firstWords, parse } = statement
    await engine.run(`SET VARIABLE statement_time = TIMESTAMPTZ ${quoteText(shared.now().toISOString())}`)
    const extension = shared.extensions.find(({ words }) => words.test(sql))
    if (extension) {
      try {
        return await extension.run(statement, frame, session)
      } finally {
        if (/^(create|alter|drop)/i.test(sql)) shared.catalog.version += 1
      }
    }
    const unset = /^unset\s+(\w+)$/i.exec(sql)
    if (unset) {
      variables.delete((unset[1] ?? '').toUpperCase())
      return say(sql, 'Statement executed successfully.')
    }
    try {
      const done = await shown(sql, await executeTree(parse(), firstWords, frame))
      await dropTemporaries()
      return done
    } catch (error) {
      await dropTemporaries().catch(() => undefined)
      throw error
    } finally {
      if (/^(create|drop|alter)/i.test(sql)) shared.catalog.version += 1
      if (isRolledBack) await results.forgetLost()
      isRolledBack = false
    }
  }

  const session: Session = {
    id,
    engine,
    transactions,
    results,
    execute,
    compiler: compilerFor,
    show,
    say,
    run: async (statement, progress) => {
      try {
        const { columns, rows, status, sql } = await execute(statement, { ...outside, progress })
        return { sql, columns, rows, ...(status === undefined ? {} : { status }) }
      } finally {
        await results.trim().catch(() => undefined)
      }
    }
  }
  return session
}

const queryKinds = ['select', 'union', 'except', 'intersect', 'subquery']
const changingKinds = ['create_table', 'insert', 'update', 'delete', 'merge', 'truncate']
/** These only look at a query that calls. */
const lookingKinds = ['create_view', 'describe']
