import { assignTo } from './assignment.ts'
import { castTo } from './casts.ts'
import type { Compiler } from './compiler.ts'
import { targetType } from './data-types.ts'
import { familyOf, snowflakeType } from './duck-type.ts'
import { callsAnywhere } from './external-calls.ts'
import { identifier, quoteName, quoteText } from './identifiers.ts'
import { tableName } from './relation.ts'
import { emptyScope, type Query } from './scope.ts'
import { child, flag, list, type Tree, trees, unknownParts, word } from './sql-tree.ts'
import type { Outcome, StatementRunner } from './statement.ts'
import { compilationError, notSupported } from './worksheet-error.ts'

/** A temporary table may have the name of a permanent one, which it hides. */
const exists = async (name: string, compiler: Compiler, isTemporary = false): Promise<boolean> => {
  const where = isTemporary ? " AND table_catalog = 'temp'" : ''
  const found = await compiler.engine.run(
    `SELECT 1 FROM information_schema.tables WHERE table_name = ${quoteText(name)}${where}`
  )
  return found.currentRowCount > 0
}

interface Definition {
  readonly name: string
  readonly text: string
  /** The type as declared, remembered for DESC TABLE: OBJECT and VARIANT are both JSON in DuckDB. */
  readonly declared: string
}

const declaredType = (type: ReturnType<typeof targetType>): string => {
  if (type.variant) return type.variant
  if (type.type === 'VARCHAR') return `VARCHAR(${type.length ?? 16777216})`
  return snowflakeType(type.type)
}

/** PRIMARY KEY and UNIQUE are kept by nobody in Snowflake, so they are not kept here; NOT NULL and lengths are. */
const definitionOf = async (tree: Tree, compiler: Compiler): Promise<Definition> => {
  const known = [
    'name',
    'data_type',
    'nullable',
    'default',
    'primary_key',
    'unique',
    'constraint_order',
    'comment',
    'constraints'
  ]
  const [unknown] = unknownParts(tree, known)
  if (unknown) throw notSupported(`A column with ${unknown.replaceAll('_', ' ').toUpperCase()}`)
  const name = identifier(child(tree, 'name'))
  const type = targetType(child(tree, 'data_type') ?? {})
  const isRequired = tree.nullable === false || list(tree, 'constraint_order').includes('NotNull')
  const initial = tree.default
    ? assignTo({ name, type: type.type }, await compiler.expression(tree.default, emptyScope))
    : undefined
  const parts = [
    quoteName(name),
    type.type,
    isRequired ? 'NOT NULL' : '',
    initial ? `DEFAULT ${initial.text}` : '',
    type.length === undefined ? '' : `CHECK (length(${quoteName(name)}) <= ${type.length})`
  ]
  return { name, text: parts.filter(Boolean).join(' '), declared: declaredType(type) }
}

/** DuckDB takes two columns of one name, or of names that differ in case, as no error or as another one. */
const checkNames = (names: readonly string[]): void => {
  const repeated = names.find((name, at) => names.indexOf(name) < at)
  if (repeated !== undefined) throw compilationError(`duplicate column name '${repeated}'`)
  const lower = names.map((name) => name.toLowerCase())
  if (lower.some((name, at) => lower.indexOf(name) < at))
    throw notSupported('Two columns whose names differ only in case')
}

const asQuery = async (body: Tree, query: Query): Promise<string> => {
  const definitions = trees(body, 'columns')
  if (definitions.length > 0 && definitions.length !== query.columns.length) {
    throw compilationError(
      `Invalid column definition list: ${definitions.length} names for ${query.columns.length} columns`
    )
  }
  checkNames(
    query.columns.map(({ name }, at) => (definitions[at] ? identifier(child(definitions[at], 'name')) : name))
  )
  const columns = query.columns.map((column, at) => {
    const definition = definitions[at]
    const value = { text: `c${at}`, type: column.type }
    const name = definition ? identifier(child(definition, 'name')) : column.name
    const isTyped = definition && !flag(definition, 'no_type')
    const plain =
      familyOf(column.type) === 'null' ? { text: 'CAST(NULL AS VARCHAR)', type: 'VARCHAR' } : value
    const { text } = isTyped ? castTo(value, targetType(child(definition, 'data_type') ?? {})) : plain
    return `${text} AS ${quoteName(name)}`
  })
  return `SELECT ${columns.join(', ')} FROM (${query.text}) AS q(${query.columns.map((_, at) => `c${at}`).join(', ')})`
}

const allOf = (name: string, compiler: Compiler): Promise<Query> =>
  compiler.query(
    {
      select: {
        expressions: [{ star: {} }],
        from: { expressions: [{ table: { name: { name, quoted: true } } }] }
      }
    },
    emptyScope
  )

const createdFrom = async (body: Tree, compiler: Compiler): Promise<string | undefined> => {
  const clone = child(body, 'clone_source')
  if (clone) return asQuery(body, await allOf(tableName(clone), compiler))
  for (const constraint of trees(body, 'constraints')) {
    const like = child(constraint, 'Like')
    if (like) return `${(await allOf(tableName(child(like, 'source') ?? {}), compiler)).text} LIMIT 0`
    if (!('PrimaryKey' in constraint) && !('Unique' in constraint))
      throw notSupported(`A table with ${Object.keys(constraint).join()}`)
  }
  if (!body.as_select) return undefined
  return asQuery(body, await compiler.query(body.as_select, emptyScope))
}

export const createTable: StatementRunner = async (body, compiler) => {
  const known = [
    'name',
    'columns',
    'temporary',
    'or_replace',
    'if_not_exists',
    'table_modifier',
    'as_select',
    'clone_source',
    'constraints',
    'as_select_parenthesized',
    'with_properties'
  ]
  const [unknown] = unknownParts(body, known)
  if (unknown || list(body, 'with_properties').length > 0)
    throw notSupported(`CREATE TABLE with ${(unknown ?? 'properties').replaceAll('_', ' ').toUpperCase()}`)
  const modifier = word(body, 'table_modifier')
  if (!['', 'TRANSIENT'].includes(modifier)) throw notSupported(`CREATE ${modifier} TABLE`)
  const name = tableName(child(body, 'name') ?? {})
  const isTemporary = flag(body, 'temporary')
  if (!flag(body, 'or_replace') && (await exists(name, compiler, isTemporary))) {
    if (flag(body, 'if_not_exists')) return { status: `${name} already exists, statement succeeded.` }
    throw compilationError(`Object '${name}' already exists.`)
  }
  const source = await createdFrom(body, compiler)
  const words = `CREATE ${flag(body, 'or_replace') ? 'OR REPLACE ' : ''}${isTemporary ? 'TEMP ' : ''}TABLE ${quoteName(name)}`
  if (compiler.isRehearsal) return { query: source ?? 'SELECT 1' }
  if (source !== undefined) await compiler.engine.run(`${words} AS ${source}`)
  else {
    const definitions: Definition[] = []
    for (const tree of trees(body, 'columns')) definitions.push(await definitionOf(tree, compiler))
    checkNames(definitions.map((definition) => definition.name))
    await compiler.engine.run(`${words} (${definitions.map((definition) => definition.text).join(', ')})`)
    for (const { name: column, declared } of definitions) {
      await compiler.engine.run(
        `COMMENT ON COLUMN ${quoteName(name)}.${quoteName(column)} IS ${quoteText(declared)}`
      )
    }
  }
  return { status: `Table ${name} successfully created.` }
}

export const createView: StatementRunner = async (body, compiler) => {
  const [unknown] = unknownParts(body, [
    'name',
    'query',
    'or_replace',
    'if_not_exists',
    'columns',
    'secure',
    'no_paren',
    'query_parenthesized',
    'comment',
    'copy_grants'
  ])
  if (unknown) throw notSupported(`CREATE VIEW with ${unknown.replaceAll('_', ' ').toUpperCase()}`)
  const name = tableName(child(body, 'name') ?? {})
  const query = await compiler.query(body.query, emptyScope)
  const given = trees(body, 'columns').map((tree) => identifier(child(tree, 'name') ?? tree))
  const columns = query.columns.map((column, at) => given[at] ?? column.name)
  checkNames(columns)
  const isCalling = callsAnywhere(body.query, compiler.functions, compiler.views)
  // DuckDB gets an empty view of the same columns, for SHOW and DESC.
  const empty = query.columns.map(({ type }) => `CAST(NULL AS ${type === 'NULL' ? 'VARCHAR' : type})`)
  const text = isCalling ? `SELECT ${empty.join(', ')} WHERE false` : query.text
  const words = `CREATE ${flag(body, 'or_replace') ? 'OR REPLACE ' : ''}VIEW`
  await compiler.engine.run(`${words} ${quoteName(name)}(${columns.map(quoteName).join(', ')}) AS ${text}`)
  compiler.viewQueries.set(name, body.query)
  compiler.views.delete(name)
  if (isCalling) compiler.views.set(name, { query: body.query, columns })
  return { status: `View ${name} successfully created.` }
}

const drop =
  (what: 'TABLE' | 'VIEW'): StatementRunner =>
  async (body, compiler): Promise<Outcome> => {
    const names = body.names ? trees(body, 'names') : [child(body, 'name') ?? {}]
    const [only] = names
    if (only === undefined || names.length !== 1) throw notSupported(`DROP ${what} of several names`)
    const name = tableName(only)
    if (!(await exists(name, compiler))) {
      if (flag(body, 'if_exists'))
        return { status: `Drop statement executed successfully (${name} already dropped).` }
      throw compilationError(
        `${what === 'TABLE' ? 'Table' : 'View'} '${name}' does not exist or not authorized.`
      )
    }
    await compiler.engine.run(`DROP ${what} ${quoteName(name)}`)
    compiler.views.delete(name)
    compiler.viewQueries.delete(name)
    return { status: `${name} successfully dropped.` }
  }

export const dropTable = drop('TABLE')
export const dropView = drop('VIEW')
