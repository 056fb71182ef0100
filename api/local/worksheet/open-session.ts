import { randomUUID } from 'node:crypto'
import { openAnswers } from './answers.ts'
import type { Engine } from './engine.ts'
import { openResults } from './results.ts'
import { openTrees } from './run-tree.ts'
import type { Sql } from './scope.ts'
import type { Frame, Session, Shared } from './session.ts'
import { openCompilers } from './session-compiler.ts'
import { openTransactions } from './transactions.ts'

/** Where the statements of a script stand. */
const outside: Frame = { binds: new Map<string, Sql>(), depth: 0, isOwner: false, progress: undefined }

/** Opens a session of its own on an engine. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one closure over what a session keeps: variables, results, transaction
export const openSession = (engine: Engine, shared: Shared): Session => {
  const id = shared.nextSession()
  const variables = new Map<string, Sql>()
  const results = openResults(engine)
  let transactionCount = 0
  let isRolledBack = false
  const { compilerFor, dropTemporaries } = openCompilers({
    engine,
    shared,
    variables,
    results,
    transaction: () => transactions.id()
  })

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
  const { say, show, showValue, answer } = openAnswers(results)
  const runTree = openTrees({ engine, transactions, compilerFor, shared, variables })

  const execute: Session['execute'] = async (statement, frame) => {
    const { sql, firstWords, parse } = statement
    engine.standAt(shared.now())
    const extension = shared.extensions.find(({ words }) => words.test(sql))
    if (extension) {
      try {
        return await extension.run(statement, frame, session)
      } finally {
        shared.catalog.change(sql)
      }
    }
    const unset = /^unset\s+(\w+)$/i.exec(sql)
    if (unset) {
      variables.delete((unset[1] ?? '').toUpperCase())
      return say(sql, 'Statement executed successfully.')
    }
    try {
      const queryId = randomUUID()
      const done = await answer(sql, await runTree(parse(), firstWords, { ...frame, queryId }), queryId)
      await dropTemporaries()
      return done
    } catch (error) {
      await dropTemporaries().catch(() => undefined)
      throw error
    } finally {
      shared.catalog.change(sql)
      if (isRolledBack) await results.forgetLost()
      isRolledBack = false
    }
  }

  const session: Session = {
    id,
    engine,
    transactions,
    results,
    variables,
    execute,
    compiler: compilerFor,
    show,
    showValue,
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
