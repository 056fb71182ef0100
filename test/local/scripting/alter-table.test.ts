import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openScripted } from '../worksheet/open-scripted.ts'

let scripted: Awaited<ReturnType<typeof openScripted>>
beforeAll(async () => {
  scripted = await openScripted()
  await scripted.run('CREATE TABLE t (a NUMBER); INSERT INTO t VALUES (1)')
})
afterAll(() => scripted.worksheet.close())

describe('ALTER TABLE … ADD COLUMN', () => {
  it('adds an empty column of its type, once where it may be there', async () => {
    await scripted.run(
      'ALTER TABLE t ADD COLUMN b VARCHAR; ALTER TABLE IF EXISTS t ADD COLUMN IF NOT EXISTS b VARCHAR'
    )
    expect(await scripted.run('SELECT a, b FROM t')).toContainEqual(['1', null])
    await expect(scripted.run('ALTER TABLE t ADD COLUMN b VARCHAR')).rejects.toThrow('already exists')
  })

  it('leaves a table alone that is not there, where it may be absent', async () => {
    await scripted.run('ALTER TABLE IF EXISTS nowhere ADD COLUMN b VARCHAR')
    await expect(scripted.run('ALTER TABLE nowhere ADD COLUMN b VARCHAR')).rejects.toThrow('does not exist')
  })

  it('is the only form, and others are refused by name', async () => {
    await expect(scripted.run('ALTER TABLE t DROP COLUMN a')).rejects.toThrow('ADD COLUMN')
  })
})

describe('DROP PROCEDURE', () => {
  it('with types drops that signature alone', async () => {
    const of = (args: string) =>
      `CREATE OR REPLACE PROCEDURE p(${args}) RETURNS VARCHAR LANGUAGE SQL AS $$ BEGIN RETURN 'kept'; END $$`
    await scripted.run(
      `${of('a VARCHAR')}; ${of('a VARCHAR, b VARCHAR')}; DROP PROCEDURE IF EXISTS p(VARCHAR)`
    )
    expect(await scripted.run("CALL p('x', 'y')")).toContainEqual(['kept'])
    await expect(scripted.run("CALL p('x')")).rejects.toThrow()
  })
})
