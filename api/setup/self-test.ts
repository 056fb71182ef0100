import type { Variables } from './script.ts'
import type { Session } from './session.ts'

/** A table that the self-test may push one row to: its name and its key attributes with their types. */
export interface SelfTestTable {
  readonly table: string
  readonly keys: ReadonlyArray<readonly [name: string, type: string]>
}

/** The statements of a self-test, in the order in which they run. */
export interface SelfTestStatements {
  readonly before: readonly string[]
  readonly push: string
  readonly get: string
  readonly remove: string
  /** Every check of a push, and no write. */
  readonly dryPush: string
}

const marks: Readonly<Record<string, string>> = {
  S: `'push_to_dynamo_self_test'`,
  N: '-1',
  B: `'cHVzaF90b19keW5hbW8='`
}

/** One row whose key nobody else will use. */
export const selfTestStatements = (
  variables: Variables,
  { table, keys }: SelfTestTable
): SelfTestStatements => {
  const { database, schema, warehouse, owner_role: ownerRole } = variables
  const pairs = (value: (name: string, type: string) => string) =>
    `object_construct(${keys.map(([name, type]) => `'${name}', ${value(name, type)}`).join(', ')})`
  const key = pairs((_, type) => marks[type] ?? '')
  const types = `'types', ${pairs((_, type) => `'${type}'`)}`
  const call = (name: string, options = '') =>
    `select ${database}.${schema}.${name}('${table}', ${key}${options}) as answer`
  return {
    before: [`use role ${ownerRole}`, `use warehouse ${warehouse}`],
    push: call('push_to_dynamo', `, object_construct(${types})`),
    get: call('get_from_dynamo'),
    remove: call('delete_from_dynamo', `, object_construct(${types})`),
    dryPush: call('push_to_dynamo', `, object_construct(${types}, 'dry_run', true)`)
  }
}

/**
 * Pushes one row through everything that was set up, reads it back and deletes it.
 *
 * @throws Error with Snowflake's text, or the answer that was not the expected one
 */
export const selfTest = async (
  session: Session,
  variables: Variables,
  table: SelfTestTable
): Promise<void> => {
  const { before, push, get, remove } = selfTestStatements(variables, table)
  for (const statement of before) await session.run(statement)
  await expectStatus('written', await answerOf(session, push))
  if (JSON.parse(await answerOf(session, get)) === null)
    throw new Error('the self-test row was written and cannot be read back; run npm run doctor')
  await expectStatus('deleted', await answerOf(session, remove))
}

/** The one VARIANT of a call, as JSON text. */
export const answerOf = async (session: Session, statement: string): Promise<string> => {
  const [row] = await session.run(statement)
  return row?.ANSWER ?? 'null'
}

const expectStatus = (status: string, text: string): void => {
  if (JSON.parse(text)?.status !== status)
    throw new Error(`the self-test row was answered ${text} and not ${status}; run npm run doctor`)
}
