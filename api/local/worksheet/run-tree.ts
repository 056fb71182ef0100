import { alterSession } from './alter-session.ts'
import { callsAnywhere } from './external-calls.ts'
import { lockedTables, tablesIn } from './locked-tables.ts'
import type { Sql } from './scope.ts'
import type { Frame, Session, Shared } from './session.ts'
import type { Compilers } from './session-compiler.ts'
import { setVariables } from './set-variables.ts'
import { nodeOf } from './sql-tree.ts'
import { isDdl, type Outcome } from './statement.ts'
import { runStatement } from './statements.ts'
import { notSupported, WorksheetError } from './worksheet-error.ts'

/** These may call external functions. */
const queryKinds = ['select', 'union', 'except', 'intersect', 'subquery']
const changingKinds = ['create_table', 'insert', 'update', 'delete', 'merge', 'truncate']
/** These only look at a query that calls. */
const lookingKinds = ['create_view', 'describe']

/** What a parsed statement may touch of its session. */
interface TreeWorld extends Pick<Session, 'engine' | 'transactions'>, Pick<Compilers, 'compilerFor'> {
  readonly shared: Shared
  /** SET variables. */
  readonly variables: Map<string, Sql>
}

/** Runs a parsed statement where it belongs: on the session itself, in a transaction, or as it is. */
export type RunTree = (tree: unknown, words: string, frame: Frame) => Promise<Outcome>

/** The one runner of parsed statements of a session. */
export const openTrees = ({ engine, transactions, compilerFor, shared, variables }: TreeWorld): RunTree => {
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

  /** The words that begin and end a transaction. */
  const control = async (words: string, frame: Frame): Promise<Outcome> => {
    if (/^(BEGIN|START)/.test(words)) transactions.begin(frame.depth)
    else if (words.startsWith('COMMIT')) await transactions.commit(frame.depth)
    else await transactions.rollback(frame.depth)
    return { status: 'Statement executed successfully.' }
  }

  const runTree: RunTree = async (tree, words, frame) => {
    const { kind, body } = nodeOf(tree)
    if (frame.isOwner && ['set_statement', 'use', 'alter_session'].includes(kind))
      throw new WorksheetError(`Stored procedure execution error: Unsupported statement type '${words}'.`)
    if (kind === 'set_statement') return setVariables(body, compilerFor(frame), variables)
    if (kind === 'alter_session') return alterSession(body, { engine, transactions })
    if (['transaction', 'commit', 'rollback'].includes(kind)) return control(words, frame)
    const isCalling = callsAnywhere(tree, shared.functions, shared.views)
    if (isCalling && ![...queryKinds, ...changingKinds, ...lookingKinds].includes(kind)) {
      throw notSupported(`An external function in ${words}`)
    }
    if (isCalling && !lookingKinds.includes(kind)) {
      const rehearsed = await runStatement(tree, words, compilerFor(frame, 'rehearsal'))
      if ('query' in rehearsed) await engine.describe(rehearsed.query)
    }
    if (isDdl(kind)) await transactions.beforeDdl(frame.depth, words)
    if (changingKinds.includes(kind)) return change(tree, words, frame)
    return runStatement(
      tree,
      words,
      compilerFor(frame, isCalling && lookingKinds.includes(kind) ? 'rehearsal' : 'query')
    )
  }

  return runTree
}
