import type { Chooser } from './chosen-sync.ts'

type Sql = (script: string) => Promise<readonly Readonly<Record<string, unknown>>[]>

/** Columns of all types that the worksheet holds; few values, so that they return. */
const columns =
  'id varchar, n number(10, 2), f float, d date, t time, ts timestamp_ntz, z timestamp_ltz, flag boolean, v variant, bad boolean'

const values = (choose: Chooser): string => {
  const id = choose.one(["'a'", "'b'", "'c'", "'d'", "'e'", "'e'", "''", 'NULL'])
  const at = choose.whole(0, 3)
  return [
    `${id}::varchar`,
    choose.one(['NULL', `${at}.50`, '10']),
    choose.one(['NULL', '0.1', '1e100', `${at}/3`]),
    choose.one(['NULL', "'2026-02-03'"]),
    choose.one(['NULL', "'10:11:12.5'"]),
    choose.one(['NULL', `'2026-01-01 10:00:00.123456${at}00'`]),
    choose.one(['NULL', "'2026-01-01 10:00:00'"]),
    choose.one(['NULL', 'true', 'false']),
    choose.one(['NULL', 'parse_json(\'{"b":[1,null],"a":"x"}\')']),
    choose.chance(0.12) ? 'true' : 'NULL'
  ].join(', ')
}

const insert = async (name: string, choose: Chooser, sql: Sql): Promise<void> => {
  await sql(`INSERT INTO ${name}_rows SELECT ${values(choose)}`)
}

/** A table with some rows, and a view on it. */
export const createSource = async (name: string, choose: Chooser, sql: Sql): Promise<void> => {
  await sql(`CREATE OR REPLACE TABLE ${name}_rows (${columns})`)
  await sql(`CREATE OR REPLACE VIEW ${name}_source AS SELECT * FROM ${name}_rows`)
  for (let rows = choose.whole(0, 5); rows > 0; rows -= 1) await insert(name, choose, sql)
}

/** Inserts, updates, deletes, key moves: a few of them. */
export const changeSource = async (name: string, choose: Chooser, sql: Sql): Promise<void> => {
  for (let changes = choose.whole(0, 3); changes > 0; changes -= 1) {
    const key = choose.one(['a', 'b', 'c', 'd', 'e', ''])
    const other = choose.one(['a', 'b', 'c', 'd', 'e'])
    const kind = choose.one([
      'insert',
      'insert',
      'update',
      'delete',
      'delete one',
      'move',
      'no key',
      'mend'
    ] as const)
    if (kind === 'insert') await insert(name, choose, sql)
    else if (kind === 'update')
      await sql(`UPDATE ${name}_rows SET n = ${choose.whole(0, 3)}.25 WHERE id = '${key}'`)
    else if (kind === 'delete') await sql(`DELETE FROM ${name}_rows WHERE id = '${key}'`)
    else if (kind === 'delete one') await sql(`DELETE FROM ${name}_rows WHERE id = '${key}' AND n = 10`)
    else if (kind === 'move') await sql(`UPDATE ${name}_rows SET id = '${other}' WHERE id = '${key}'`)
    else if (kind === 'no key') await sql(`DELETE FROM ${name}_rows WHERE id IS NULL`)
    else await sql(`UPDATE ${name}_rows SET bad = NULL WHERE id = '${key}'`)
  }
}

/**
 * What the table must hold, by key: the row that is greatest as text. `undefined` where that row cannot be stored: then
 * the table holds what it held before.
 */
export const expectedItems = async (
  name: string,
  sql: Sql
): Promise<ReadonlyMap<string, string | undefined>> => {
  const [described] = await sql(`CALL describe_dynamo_source('${name}_source')`)
  const text = String(Object.values(described ?? {})[0]).replaceAll("'", "''")
  const [made] = await sql(`CALL write_dynamo_columns('${text}', '["ID"]')`)
  const written = JSON.parse(String(Object.values(made ?? {})[0])) as { item: string }
  const winners = new Map<string, string>()
  for (const { K, I } of await sql(
    `SELECT id AS k, ${written.item} AS i FROM ${name}_source WHERE id IS NOT NULL`
  )) {
    const key = String(K)
    const item = String(I)
    const best = winners.get(key)
    if (best === undefined || best < item) winners.set(key, item)
  }
  return new Map(
    [...winners].map(([key, item]): [string, string | undefined] => {
      const read = JSON.parse(item) as Readonly<Record<string, unknown>>
      return [key, key === '' || read.BAD === true ? undefined : JSON.stringify(read)]
    })
  )
}
