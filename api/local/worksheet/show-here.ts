import type { ExternalFunction } from '../../runtime/external-functions.ts'
import { readNames } from './names.ts'
import type { Extension } from './session.ts'
import { type ShownRow, showStatement } from './show-rows.ts'
import type { UserFunction } from './user-function.ts'
import { textQuery } from './value.ts'

const functionColumns = ['name', 'arguments', 'is_external_function']

/** There is one schema, in one database; statements need not name them. */
const database = 'LOCAL'

/** SHOW of functions, columns, variables, schema and database: what is here, not all that Snowflake would list. */
export const showHere = (
  functions: readonly ExternalFunction[],
  userFunctions: ReadonlyMap<string, UserFunction>
): readonly Extension[] => {
  const external = functions.map(({ name, args }) => ({
    name: name.toUpperCase(),
    arguments: `${name.toUpperCase()}(${args.map(([, type]) => type).join(', ')}) RETURN VARIANT`,
    is_external_function: 'Y'
  }))
  const user = () =>
    [...userFunctions.keys()].map((name) => ({ name, arguments: null, is_external_function: 'N' }))
  return [
    showStatement('databases', ['name'], async () => [{ name: database }]),
    showStatement('schemas', ['name', 'database_name'], async () => [
      { name: 'PUBLIC', database_name: database }
    ]),
    showStatement('variables', ['name', 'value'], async ({ engine, variables }) => {
      const rows: ShownRow[] = []
      for (const [name, { text }] of variables)
        rows.push({ name, value: await engine.textOfConstants(textQuery(text)) })
      return rows
    }),
    showStatement('external functions', functionColumns, async () => external),
    showStatement('user functions', functionColumns, async () => [...external, ...user()]),
    showStatement('functions', functionColumns, async () => [...external, ...user()]),
    showStatement('columns', ['table_name', 'name'], async ({ engine }, words) => {
      const { tables } = await readNames(engine, [])
      const wanted = words.at(-2) === 'TABLE' || words.at(-2) === 'IN' ? words.at(-1) : undefined
      return [...tables]
        .filter(([table]) => wanted === undefined || table.toUpperCase() === wanted)
        .flatMap(([table, columns]) => columns.map((name) => ({ table_name: table, name })))
    })
  ]
}
