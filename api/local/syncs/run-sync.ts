import { randomUUID } from 'node:crypto'
import { WorksheetError } from '../worksheet/worksheet-error.ts'
import { sendChanges } from './send-changes.ts'
import { sendInBulk } from './send-in-bulk.ts'
import { doubtKeys, settleRun } from './settle-run.ts'
import { ofSync, type SyncDefinition } from './sync-definition.ts'
import type { RunOptions } from './sync-options.ts'
import { answerOf, countResults, logRun, type PlannedRun, planRun, type SyncAnswer } from './sync-run.ts'
import { forgetSource, readSource } from './sync-source.ts'
import type { SyncWorld } from './sync-world.ts'

const workTables = ['dynamo_sync_sending', 'dynamo_sync_answers', 'dynamo_sync_load_counts']

const clear = async (world: SyncWorld, sync: SyncDefinition): Promise<void> => {
  for (const table of workTables) await world.engine.run(`DELETE FROM ${table} WHERE ${ofSync(sync)}`)
  await forgetSource(world, sync)
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const refusal = ({ name }: SyncDefinition, { counts }: PlannedRun, share: number): string =>
  `the run would delete ${counts.known_deletes} of ${counts.known_keys} known keys, more than max_delete_share ${share} allows: nothing was sent. ` +
  `If they are to go: CALL run_dynamo_sync('${name}', OBJECT_CONSTRUCT('max_delete_share', 1))`

/** What a run that ended leaves to be done. */
const advice = ({ counts }: PlannedRun, counted: Readonly<Record<string, number>>): string | null => {
  const held = (counts.held_rows ?? 0) + (counted.rejected ?? 0)
  const parts = [
    ...(held > 0 ? [`${held} rejected, sent again when they change or by option redrive`] : []),
    ...((counted.unprocessed ?? 0) > 0
      ? [`${counted.unprocessed} unprocessed, sent again by the next run`]
      : [])
  ]
  return parts.length === 0 ? null : `${parts.join('; ')}: see dynamo_sync_failures`
}

/** Sets for this run what the portable SELECTs read of it. */
const begin = async (
  world: SyncWorld,
  sync: SyncDefinition,
  { maxDeleteShare = sync.maxDeleteShare, isRedrive }: Pick<RunOptions, 'maxDeleteShare' | 'isRedrive'>
): Promise<number> => {
  await clear(world, sync)
  await world.engine.run(
    `UPDATE dynamo_sync_definitions SET is_redrive = ${isRedrive}, delete_share = ${maxDeleteShare.toFixed(8)} WHERE ${ofSync(sync)}`
  )
  return maxDeleteShare
}

/**
 * `run_dynamo_sync`: reads the source, sends what changed, remembers what the answers say. Whatever fails leaves the
 * keys in doubt, and the next run sends them again.
 */
export const runSync = async (
  world: SyncWorld,
  sync: SyncDefinition,
  options: RunOptions
): Promise<SyncAnswer> => {
  const [run, startedMs] = [randomUUID(), Date.now()]
  const share = await begin(world, sync, options)
  let plan: PlannedRun = { counts: {}, isRefused: false }
  let failure: string | undefined
  try {
    await readSource(world, sync)
    plan = await planRun(world, sync)
    if (plan.isRefused) failure = refusal(sync, plan, share)
    else {
      await world.engine.run(
        `INSERT INTO dynamo_sync_sending SELECT * FROM dynamo_sync_pending_changes WHERE ${ofSync(sync)}`
      )
      await doubtKeys(world, sync)
      try {
        await ((plan.counts.changed_rows ?? 0) > sync.bulkAbove ? sendInBulk : sendChanges)(world, sync, run)
      } catch (error) {
        failure = messageOf(error)
        await leaveUnprocessed(world, sync, run)
      }
      await settleRun(world, sync)
    }
  } catch (error) {
    failure = messageOf(error)
  }
  const counted = await countResults(world, sync)
  const message = failure ?? advice(plan, counted)
  const answer = answerOf(
    sync,
    { run, state: failure === undefined ? 'complete' : 'failed', message },
    plan.counts,
    counted
  )
  await logRun(world, sync, answer, startedMs)
  await clear(world, sync)
  if (failure !== undefined && options.isErrorOnFailure)
    throw new WorksheetError(`sync ${sync.name}: ${failure}`)
  return answer
}

/** Rows without an answer when the statement failed: they may be stored or not, and are safe to send again. */
const leaveUnprocessed = async ({ engine }: SyncWorld, sync: SyncDefinition, run: string): Promise<void> => {
  await engine.run(
    `INSERT INTO dynamo_sync_answers
     SELECT sync_name, '${run}', item_key, has_key, change_kind, row_hash, source_rows, known_hash, false, 'unprocessed',
       NULL, 'the statement that sent it failed'
     FROM dynamo_sync_sending AS sending
     WHERE ${ofSync(sync)} AND NOT EXISTS (
       SELECT 1 FROM dynamo_sync_answers AS answers
       WHERE answers.sync_name = sending.sync_name AND answers.change_kind = sending.change_kind AND answers.in_bulk)`
  )
}

/** `preview_dynamo_sync`: what a run would do. Sends nothing and remembers nothing. */
export const previewSync = async (world: SyncWorld, sync: SyncDefinition): Promise<SyncAnswer> => {
  const share = await begin(world, sync, { maxDeleteShare: undefined, isRedrive: false })
  try {
    await readSource(world, sync)
    const plan = await planRun(world, sync)
    const { new_keys = 0, changed_keys = 0, delete_rows = 0, held_rows = 0 } = plan.counts
    const words = `${new_keys} new, ${changed_keys} changed, ${delete_rows} to delete, ${held_rows} rejected before`
    const message = plan.isRefused ? `${words}; ${refusal(sync, plan, share)}` : words
    return answerOf(sync, { run: '', state: 'preview', message }, plan.counts, {})
  } finally {
    await clear(world, sync)
  }
}
