import { parseJson } from '../../json/json-text.ts'
import { JsonNumber, type JsonValue } from '../../json/json-value.ts'
import { nearest } from '../../json/nearest.ts'
import { quoteName, quoteText } from '../worksheet/identifiers.ts'
import type { Statement } from '../worksheet/read-script.ts'
import type { StatementResult } from '../worksheet/statement-result.ts'
import { compilationError, notSupported } from '../worksheet/worksheet-error.ts'
import { dropSync, pauseSync } from './change-sync.ts'
import { createSync } from './create-sync.ts'
import { readSample, reconcile } from './reconcile.ts'
import { previewSync, runSync } from './run-sync.ts'
import { findSync, ofSync, type SyncDefinition } from './sync-definition.ts'
import { readRunOptions } from './sync-options.ts'
import { forgetSource } from './sync-source.ts'
import { ensureSyncTables, type SyncWorld } from './sync-world.ts'

/** A procedure: how many arguments it takes, and the query (Snowflake's dialect) whose result it answers. */
interface Procedure {
  readonly least: number
  readonly most: number
  readonly run: (world: SyncWorld, args: readonly JsonValue[], name: string) => Promise<string>
}

/** A value of one column, named after the procedure as Snowflake does. */
const oneValue = async (world: SyncWorld, name: string, value: string, type: 'VARCHAR' | 'JSON') => {
  await world.engine.run(
    `CREATE OR REPLACE TEMP TABLE "DYNAMO_SYNC_REPLY" AS SELECT CAST(${quoteText(value)} AS ${type}) AS ${quoteName(name)}`
  )
  return 'SELECT * FROM dynamo_sync_reply'
}

const onSync =
  (
    work: (
      world: SyncWorld,
      sync: SyncDefinition,
      args: readonly JsonValue[],
      name: string
    ) => Promise<string>
  ) =>
  async (world: SyncWorld, args: readonly JsonValue[], name: string): Promise<string> =>
    work(world, await findSync(world, args[0] ?? null), args, name)

const procedures: Readonly<Record<string, Procedure>> = {
  CREATE_DYNAMO_SYNC: {
    least: 4,
    most: 5,
    run: async (world, args, name) => oneValue(world, name, await createSync(world, args), 'VARCHAR')
  },
  DROP_DYNAMO_SYNC: {
    least: 1,
    most: 1,
    run: onSync(async (world, sync, _, name) => oneValue(world, name, await dropSync(world, sync), 'VARCHAR'))
  },
  PAUSE_DYNAMO_SYNC: {
    least: 1,
    most: 1,
    run: onSync(async (world, sync, _, name) =>
      oneValue(world, name, await pauseSync(world, sync, true), 'VARCHAR')
    )
  },
  RESUME_DYNAMO_SYNC: {
    least: 1,
    most: 1,
    run: onSync(async (world, sync, _, name) =>
      oneValue(world, name, await pauseSync(world, sync, false), 'VARCHAR')
    )
  },
  RUN_DYNAMO_SYNC: {
    least: 1,
    most: 2,
    run: onSync(async (world, sync, [, options = null], name) =>
      oneValue(world, name, JSON.stringify(await runSync(world, sync, readRunOptions(options))), 'JSON')
    )
  },
  PREVIEW_DYNAMO_SYNC: {
    least: 1,
    most: 1,
    run: onSync(async (world, sync, _, name) =>
      oneValue(world, name, JSON.stringify(await previewSync(world, sync)), 'JSON')
    )
  },
  RECONCILE_DYNAMO: {
    least: 1,
    most: 2,
    run: onSync(async (world, sync, [, sample = null]) => {
      await reconcile(world, sync, readSample(sample))
      await forgetSource(world, sync)
      const found = `SELECT item_key, finding FROM dynamo_sync_reconciled_keys WHERE ${ofSync(sync)}`
      await world.engine.run(
        `CREATE OR REPLACE TEMP TABLE "DYNAMO_SYNC_REPLY" AS
         SELECT CAST(item_key AS JSON) AS "KEY", finding AS "FINDING" FROM (${found}) ORDER BY finding, item_key`
      )
      return 'SELECT * FROM dynamo_sync_reply'
    })
  }
}

const argumentOf = (type: string, cell: string | null): JsonValue => {
  if (cell === null) return null
  if (type === 'VARIANT') return parseJson(cell)
  if (type === 'BOOLEAN') return cell.toUpperCase() === 'TRUE'
  return /^(NUMBER|FLOAT)/.test(type) ? new JsonNumber(cell) : cell
}

const views = /\bdynamo_(syncs|sync_runs|sync_failures|audit)\b/i

/** The procedures and views of syncs, for the worksheet: what Snowflake Scripting does there is done here. */
export const openSyncs =
  (world: SyncWorld) =>
  /** @returns undefined for statements that are none of ours, once the views they name are there */
  async ({ sql }: Statement, progress?: SyncWorld['progress']): Promise<StatementResult | undefined> => {
    const call = /^call\s+([\w.$"]+)\s*\(([\s\S]*)\)$/i.exec(sql)
    if (call === null) {
      if (views.test(sql)) await ensureSyncTables(world)
      return undefined
    }
    const [, written = '', args = ''] = call
    const name = written.toUpperCase()
    const procedure = procedures[name]
    if (procedure === undefined) {
      const meant = nearest(name, Object.keys(procedures))
      throw notSupported(
        `CALL ${written}${meant === undefined ? '' : ` (did you mean ${meant.toLowerCase()}?)`}`
      )
    }
    await ensureSyncTables(world)
    const values: JsonValue[] = []
    if (args.trim() !== '') {
      const { columns, rows } = await world.run(`SELECT ${args}`)
      for (const [at, column] of columns.entries())
        values.push(argumentOf(column.type, rows[0]?.[at] ?? null))
    }
    if (values.length < procedure.least || values.length > procedure.most)
      throw compilationError(`Invalid argument types for procedure '${name}': ${values.length} arguments`)
    const query = await procedure.run({ ...world, progress }, values, name)
    return { ...(await world.run(query)), sql }
  }
