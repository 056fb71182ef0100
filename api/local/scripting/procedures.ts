import { snowflakeType } from '../worksheet/duck-type.ts'
import type { Statement } from '../worksheet/read-script.ts'
import type { Extension } from '../worksheet/session.ts'
import { showStatement } from '../worksheet/show-rows.ts'
import { compilationError } from '../worksheet/worksheet-error.ts'
import { readProcedure, type StoredProcedure, signatureOf } from './procedure.ts'
import { readType } from './read-type.ts'

export interface ProcedureDeps {
  /** Procedures by their signatures. */
  readonly procedures: Map<string, StoredProcedure>
  readonly functions: ReadonlySet<string>
  readonly readOne: (sql: string) => Statement
  readonly now: () => Date
}

/** What tells overloads apart, of types as a DROP names them: `varchar, object`. */
const signature = (name: string, types: string): string => {
  const each = types
    .split(',')
    .flatMap((type) => (type.trim() === '' ? [] : [snowflakeType(readType(type).type)]))
  return `${name}(${each.join(', ')})`
}

/** CREATE, DROP and SHOW of procedures. */
export const procedureExtensions = ({
  procedures,
  functions,
  readOne,
  now
}: ProcedureDeps): readonly Extension[] => {
  const create: Extension['run'] = async (statement, frame, session) => {
    await session.transactions.beforeDdl(frame.depth, 'CREATE PROCEDURE')
    const { procedure, isReplacing, isOptional } = readProcedure(statement, functions, readOne)
    const { name } = procedure
    const signature = signatureOf(procedure)
    if (procedures.has(signature) && !isReplacing) {
      if (!isOptional) throw compilationError(`Object '${name}' already exists.`)
      return session.say(statement.sql, `${name} already exists, statement succeeded.`)
    }
    procedures.set(signature, { ...procedure, createdAt: now() })
    return session.say(statement.sql, `Function ${name} successfully created.`)
  }

  const drop: Extension['run'] = async ({ sql }, frame, session) => {
    await session.transactions.beforeDdl(frame.depth, 'DROP PROCEDURE')
    const [, isOptional, written = '', types] =
      /^drop\s+procedure\s+(if\s+exists\s+)?(\w+)(?:\s*\(([^)]*)\))?/i.exec(sql) ?? []
    const name = written.toUpperCase()
    const wanted = types === undefined ? undefined : signature(name, types)
    const signatures = [...procedures.keys()].filter(
      (each) => each === wanted || (wanted === undefined && each.startsWith(`${name}(`))
    )
    if (signatures.length === 0 && !isOptional)
      throw compilationError(`Procedure '${name}' does not exist or not authorized.`)
    for (const each of signatures) procedures.delete(each)
    return session.say(sql, `${name} successfully dropped.`)
  }

  const show = showStatement('procedures', ['created_on', 'name', 'arguments'], async () =>
    [...procedures.values()].map((procedure) => {
      const { name, returns, createdAt } = procedure
      const answer = returns === undefined ? 'TABLE ()' : snowflakeType(returns.type)
      return {
        created_on: createdAt.toISOString(),
        name,
        arguments: `${signatureOf(procedure)} RETURN ${answer}`
      }
    })
  )

  return [
    { words: /^create\s+(or\s+replace\s+)?procedure\b/i, run: create },
    { words: /^drop\s+procedure\b/i, run: drop },
    show
  ]
}
