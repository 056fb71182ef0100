import type { Compiler } from './compiler.ts'
import type { Engine } from './engine.ts'
import { expressionWith } from './expression.ts'
import { quoteName } from './identifiers.ts'
import { queryWith } from './query.ts'
import { rememberedColumns } from './remembered-columns.ts'
import type { Results } from './results.ts'
import type { Sql } from './scope.ts'
import type { Frame, Shared } from './session.ts'

/** What the compilers of a session know of it. */
interface SessionState {
  readonly engine: Engine
  readonly shared: Shared
  /** SET variables. */
  readonly variables: ReadonlyMap<string, Sql>
  readonly results: Results
  /** The id of the open transaction. */
  readonly transaction: () => string | null
}

/** Why a statement is compiled: to be asked, to change rows, or to find mistakes before anything is called. */
type Mode = 'query' | 'change' | 'rehearsal'

/** The compilers of a session, one for each statement. */
export interface Compilers {
  readonly compilerFor: (frame: Frame, mode?: Mode) => Compiler
  /** Drops the tables that the compilers have asked for: the statement has ended. */
  readonly dropTemporaries: () => Promise<void>
}

/** With owner's rights the session's variables are out of reach. */
const noVariables = new Map<string, Sql>()

/** Opens the compilers of a session; the tables that they name are numbered across its statements. */
export const openCompilers = ({
  engine,
  shared,
  variables,
  results,
  transaction
}: SessionState): Compilers => {
  const remembered = rememberedColumns(engine, shared.catalog, transaction)
  let temporaries: string[] = []
  let tables = 0

  const compilerFor: Compilers['compilerFor'] = (frame, mode = 'query') => {
    const isRehearsal = mode === 'rehearsal'
    remembered.begin()
    let hasRead = false
    let names = 0
    const read = <T>(found: T): T => {
      hasRead ||= found !== undefined
      return found
    }
    const compiler: Compiler = {
      engine,
      columnsOf: (name) => read(remembered.columnsOf(name)),
      hasRead: () => hasRead,
      variables: frame.isOwner ? noVariables : variables,
      binds: frame.binds,
      functions: shared.functions,
      userFunctions: shared.userFunctions,
      call: shared.call,
      views: shared.views,
      viewQueries: shared.viewQueries,
      noteView: shared.catalog.noteView,
      others: { ...shared.others, stream: async (...asked) => read(await shared.others.stream(...asked)) },
      consumesStreams: mode === 'change',
      readStreams: new Set(),
      queryId: frame.queryId,
      progress: isRehearsal ? undefined : frame.progress,
      isRehearsal,
      temporaryTable: () => {
        tables += 1
        temporaries.push(`_T${tables}`)
        return read(`_T${tables}`)
      },
      uniqueName: () => {
        names += 1
        return `_Q${names}`
      },
      result: (queryId) => read(results.query(queryId)),
      session: { transaction: transaction(), lastQueryId: results.lastId() },
      expression: expressionWith(() => compiler),
      query: queryWith(() => compiler)
    }
    return compiler
  }

  const dropTemporaries: Compilers['dropTemporaries'] = async () => {
    for (const table of temporaries) await engine.run(`DROP TABLE IF EXISTS ${quoteName(table)}`)
    temporaries = []
  }

  return { compilerFor, dropTemporaries }
}
