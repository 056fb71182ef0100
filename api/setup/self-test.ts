import type { Variables } from './script.ts'
import type { Session } from './session.ts'

/** A table that the self-test may push one row to: its name and its key attributes with their types. */
export interface SelfTestTable {
  readonly table: string
  readonly keys: ReadonlyArray<readonly [name: string, type: string]>
}

const marks: Readonly<Record<string, string>> = {
  S: `'push_to_dynamo_self_test'`,
  N: '-1',
  B: `'cHVzaF90b19keW5hbW8='`
}

/**
 * Pushes one row through everything that was set up, reads it back and deletes it.
 *
 * @throws Error with Snowflake's text, or the answer that was not the expected one
 */
export const selfTest = async (
  session: Session,
  variables: Variables,
  { table, keys }: SelfTestTable
): Promise<void> => {
  const { database, schema, warehouse, owner_role: ownerRole } = variables
  const key = keys.map(([name, type]) => `'${name}', ${marks[type]}`).join(', ')
  const types = keys.map(([name, type]) => `'${name}', '${type}'`).join(', ')
  const options = `object_construct('types', object_construct(${types}))`
  const call = async (name: string, rest: string): Promise<string> => {
    const [row] = await session.run(`select ${database}.${schema}.${name}('${table}', ${rest}) as answer`)
    return row?.ANSWER ?? row?.answer ?? 'null'
  }
  const expect = async (status: string, answer: Promise<string>): Promise<void> => {
    const text = await answer
    if (JSON.parse(text)?.status !== status)
      throw new Error(`the self-test row was answered ${text} and not ${status}; run npm run doctor`)
  }

  await session.run(`use role ${ownerRole}`)
  await session.run(`use warehouse ${warehouse}`)
  await expect('written', call('push_to_dynamo', `object_construct(${key}), ${options}`))
  if (JSON.parse(await call('get_from_dynamo', `object_construct(${key})`)) === null)
    throw new Error('the self-test row was written and cannot be read back; run npm run doctor')
  await expect('deleted', call('delete_from_dynamo', `object_construct(${key}), ${options}`))
}
