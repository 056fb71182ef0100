import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { portableNames } from '../../api/local/syncs/portable-views.ts'

const folder = new URL('../../sql/', import.meta.url)
const textOf = (path: string): string => readFileSync(new URL(path, folder), 'utf8')
const schema = '<% database %>.<% schema %>.'

/** Name and columns of each table that a script or the worksheet makes. */
const tablesOf = (text: string): ReadonlyMap<string, readonly string[]> =>
  new Map(
    [...text.matchAll(/create (?:transient )?table if not exists ([^(\n]+) \(\n([\s\S]*?)\n\)/gi)].map(
      ([, name = '', columns = '']) => [
        name.replace(schema, ''),
        [...columns.matchAll(/(?:^|,)\s*(\w+) [A-Za-z]/g)].map(([, column = '']) => column)
      ]
    )
  )

describe('syncs on Snowflake and in the worksheet', () => {
  it('are the same SELECTs: each of sql/portable is a view, to the letter', () => {
    const views = [
      ...textOf('70_sync_tables/74_sync_logic.sql').matchAll(
        /create or replace view ([^\n]+) as\n([\s\S]*?);\n/g
      )
    ]
    expect(views.map(([, name, select]) => [name, `${select}\n`])).toEqual(
      portableNames.map((name) => [
        `${schema}dynamo_sync_${name}`,
        textOf(`portable/${name}.sql`).replace(/^(--.*\n)+\n/, '')
      ])
    )
    expect(readdirSync(new URL('portable/', folder)).toSorted()).toEqual(
      portableNames.map((name) => `${name}.sql`).toSorted()
    )
  })

  it('have the same tables; Snowflake has what a stream needs besides', () => {
    const here = tablesOf(readFileSync(new URL('../api/local/syncs/sync-tables.sql', folder), 'utf8'))
    const there = tablesOf(
      textOf('70_sync_tables/71_sync_state.sql') + textOf('70_sync_tables/72_sync_work.sql')
    )
    for (const [name, columns] of there) {
      if (name === 'dynamo_sync_results') continue
      expect(
        columns.filter((column) => column !== 'stale_after'),
        name
      ).toEqual(here.get(name))
    }
    expect([...here.keys()].filter((name) => !there.has(name))).toEqual([
      'dynamo_load_log',
      'dynamo_push_counts'
    ])
  })

  it('show the same columns in the same views', () => {
    const here = readFileSync(new URL('../api/local/syncs/sync-tables.sql', folder), 'utf8')
    for (const [number, name] of [
      ['75', 'dynamo_syncs'],
      ['76', 'dynamo_sync_runs'],
      ['77', 'dynamo_sync_failures']
    ]) {
      const select =
        textOf(`70_sync_tables/${number}_${name}.sql`).match(/ as\nselect\n([\s\S]*?)\nfrom/)?.[1] ?? ''
      const there = select.split(/,\n/).map((item) => (/(\w+)"?$/.exec(item.trim())?.[1] ?? '').toUpperCase())
      const local = new RegExp(`"${name?.toUpperCase()}" AS\\nSELECT([\\s\\S]*?)FROM`).exec(here)?.[1] ?? ''
      const columns = [...local.matchAll(/ AS "(\w+)"/g)].map(([, column = '']) => column)
      expect(
        there.filter((column) => column !== 'STALE_AFTER'),
        name
      ).toEqual(columns)
    }
  })

  it('leave nothing to a temporary table, which a procedure with its owner’s rights cannot make', () => {
    for (const name of readdirSync(new URL('80_sync_procedures/', folder)))
      expect(textOf(`80_sync_procedures/${name}`), name).not.toMatch(/create (or replace )?temp/i)
  })

  it('never call push_to_dynamo in a SELECT whose answers nobody keeps', () => {
    const run = textOf('80_sync_procedures/88_run_dynamo_sync.sql')
    expect(run.match(/push_to_dynamo\(/g)).toHaveLength(1)
    expect(run).toMatch(/insert into dynamo_sync_results[\s\S]{0,700}push_to_dynamo\(/)
  })
})
