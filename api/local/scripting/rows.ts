import type { Value } from '../worksheet/scope.ts'
import type { Session } from '../worksheet/session.ts'
import { compilationError } from '../worksheet/worksheet-error.ts'
import type { Statements } from './statements.ts'
import { findName, type Names, type Variable, valueNamed } from './variables.ts'

type Row = ReadonlyMap<string, Value>
type RowsVariable = Variable & { readonly what: 'rows' }

/** Rows of results, cursors and RESULTSETs. */
export interface Rows {
  /** @throws WorksheetError when the name is neither a cursor nor a RESULTSET */
  readonly named: (names: Names, name: string) => RowsVariable
  /** A cursor's query runs each time that it is opened; a RESULTSET has run. @returns the result's id */
  readonly open: (names: Names, name: string) => Promise<string>
  /** undefined after the last one */
  readonly at: (queryId: string, place: number) => Promise<Row | undefined>
  /** The values of a row, in order, into variables; NULLs when there is no row. */
  readonly put: (row: Row | undefined, into: readonly string[], names: Names) => Promise<void>
}

/** https://docs.snowflake.com/en/developer-guide/snowflake-scripting/cursors and …/resultsets */
export const openRows = (session: Session, statements: Statements): Rows => {
  const named: Rows['named'] = (names, name) => {
    const found = findName(names, name)
    if (found?.what === 'rows') return found
    throw compilationError(`'${name}' is neither a cursor nor a RESULTSET`)
  }
  return {
    named,
    open: async (names, name) => {
      const rows = named(names, name)
      if (rows.query) rows.queryId = (await statements.run(rows.query, names)).queryId
      rows.next = 0
      if (rows.queryId === undefined) throw compilationError(`'${name}' holds no result`)
      return rows.queryId
    },
    at: session.results.row,
    put: async (row, into, names) => {
      const values = [...(row?.values() ?? [])]
      for (const [place, name] of into.entries()) {
        const variable = valueNamed(names, name)
        variable.value = await statements.convert(
          values[place] ?? { type: 'NULL', text: null },
          variable.type
        )
      }
    }
  }
}
