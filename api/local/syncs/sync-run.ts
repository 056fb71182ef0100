import { quoteText } from '../worksheet/identifiers.ts'
import { ofSync, type SyncDefinition } from './sync-definition.ts'
import { type DuckRow, rowsOf, type SyncWorld } from './sync-world.ts'

/** What `run_dynamo_sync` and `preview_dynamo_sync` answer. */
export interface SyncAnswer {
  readonly sync: string
  readonly run: string
  readonly state: 'complete' | 'failed' | 'preview'
  readonly route: 'push' | 'bulk'
  readonly read: number
  readonly unchanged: number
  readonly put: number
  readonly delete: number
  readonly written: number
  readonly deleted: number
  readonly superseded: number
  readonly stale: number
  readonly rejected: number
  readonly unprocessed: number
  readonly message: string | null
}

/** A row of `dynamo_sync_planned_runs`. */
export interface PlannedRun {
  readonly counts: Readonly<Record<string, number>>
  readonly isRefused: boolean
}

export const planRun = async (world: SyncWorld, sync: SyncDefinition): Promise<PlannedRun> => {
  const [row = {}] = await rowsOf(world, `SELECT * FROM dynamo_sync_planned_runs WHERE ${ofSync(sync)}`)
  return { counts: numbersOf(row), isRefused: row.is_refused === true }
}

/** A row of `dynamo_sync_counted_results`; nothing when no row was answered. */
export const countResults = async (
  world: SyncWorld,
  sync: SyncDefinition
): Promise<Readonly<Record<string, number>>> => {
  const [row = {}] = await rowsOf(world, `SELECT * FROM dynamo_sync_counted_results WHERE ${ofSync(sync)}`)
  return numbersOf(row)
}

const numbersOf = (row: DuckRow): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)]))

/** The answer of a run by what was planned and how it ended. */
export const answerOf = (
  sync: SyncDefinition,
  ended: Pick<SyncAnswer, 'run' | 'state' | 'message'>,
  planned: Readonly<Record<string, number>>,
  counted: Readonly<Record<string, number>>
): SyncAnswer => {
  const { put_rows: put = 0, delete_rows: gone = 0, changed_rows: changed = 0 } = planned
  return {
    sync: sync.name,
    run: ended.run,
    state: ended.state,
    route: changed > sync.bulkAbove ? 'bulk' : 'push',
    read: planned.read_rows ?? 0,
    unchanged: (planned.unchanged_rows ?? 0) + (counted.unchanged ?? 0),
    put,
    delete: gone,
    written: counted.written ?? 0,
    deleted: counted.deleted ?? 0,
    superseded: counted.superseded ?? 0,
    stale: counted.stale ?? 0,
    rejected: counted.rejected ?? 0,
    unprocessed: counted.unprocessed ?? 0,
    message: ended.message
  }
}

/** Notes a run in the log, which the views of runs and the audit read. */
export const logRun = async (
  { engine }: SyncWorld,
  sync: SyncDefinition,
  answer: SyncAnswer,
  startedMs: number
): Promise<void> => {
  const seconds = (Date.now() - startedMs) / 1000
  const counts = [answer.read, answer.unchanged, answer.put, answer.delete, answer.written, answer.deleted]
  const others = [answer.superseded, answer.stale, answer.rejected, answer.unprocessed]
  await engine.run(
    `INSERT INTO dynamo_sync_log VALUES (${quoteText(answer.run)}, ${quoteText(sync.name)}, ${quoteText(sync.table)},
     'LOCAL', NULL, '${answer.state}', '${answer.route}', ${[...counts, ...others].join(', ')},
     (SELECT sum(write_units) FROM dynamo_sync_load_counts WHERE ${ofSync(sync)}),
     to_timestamp(${startedMs / 1000}), now(), ${seconds}, ${answer.message === null ? 'NULL' : quoteText(answer.message)})`
  )
}
