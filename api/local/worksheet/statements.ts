import { changeStatements } from './change-statements.ts'
import type { Compiler } from './compiler.ts'
import { createTable } from './create-table.ts'
import { createView } from './create-view.ts'
import { dropTable, dropView } from './drop.ts'
import { insert } from './insert.ts'
import { emptyScope } from './scope.ts'
import { sessionStatements } from './session-statements.ts'
import { nodeOf } from './sql-tree.ts'
import type { Outcome, StatementRunner } from './statement.ts'
import { notSupported } from './worksheet-error.ts'

const query =
  (kind: string): StatementRunner =>
  async (body, compiler) => ({ query: (await compiler.query({ [kind]: body }, emptyScope)).text })

/** Every statement the worksheet runs, by the parser's name for it. */
const runners: Readonly<Record<string, StatementRunner>> = {
  select: query('select'),
  union: query('union'),
  except: query('except'),
  intersect: query('intersect'),
  subquery: query('subquery'),
  values: query('values'),
  create_table: createTable,
  create_view: createView,
  drop_table: dropTable,
  drop_view: dropView,
  insert,
  ...changeStatements,
  ...sessionStatements
}

/** Runs one parsed statement. @throws WorksheetError: a kind of statement that we do not run, by name. */
export const runStatement = async (
  tree: unknown,
  firstWords: string,
  compiler: Compiler
): Promise<Outcome> => {
  const { kind, body } = nodeOf(tree)
  const run = runners[kind]
  if (run === undefined) throw notSupported(firstWords)
  return run(body, compiler)
}
