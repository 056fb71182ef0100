import type { ChunkRecord } from '../ledger/chunk-record.ts'
import { chunkPrefix } from '../ledger/chunk-record.ts'
import { change } from '../ledger/ledger-store.ts'
import { endRun, type RunRecord, runKey } from '../ledger/run-record.ts'
import type { LoadDeps } from './load-deps.ts'
import { runAuditKey } from './run-paths.ts'
import { openTally } from './run-status.ts'

/**
 * Ends a run when all of its chunks have ended, and announces it. Called after every chunk and again for every
 * repeat: one call ends the run, and whoever finds the announcement due makes it.
 *
 * The announcement is made at least once: twice only when the worker dies between making and noting it.
 *
 * @param endedChunks how many ends were reported so far; below the run's number nobody needs to look closer
 */
export const endIfLast = async (
  deps: LoadDeps,
  run: string,
  deadline: AbortSignal,
  endedChunks = Number.POSITIVE_INFINITY
): Promise<void> => {
  const { ledger, clock, store } = deps
  const record = await ledger.get<RunRecord>(runKey(run))
  if (record === undefined || record.state === 'opening') return
  if (record.state !== 'running' && !record.isEventDue) return
  if (record.state === 'running' && endedChunks < record.chunks) return

  const tally = openTally()
  for await (const chunk of ledger.list<ChunkRecord>(runKey(run).pk, chunkPrefix)) tally.add(chunk)
  if (record.state === 'running') {
    if (tally.open() > 0) return
    const state = tally.failed() > 0 ? 'failed' : 'complete'
    await change<RunRecord, void>(ledger, runKey(run), (now) => {
      const next =
        now?.generation === record.generation ? endRun(now, state, now.errors, clock.now()) : undefined
      return next ? { next, answer: undefined } : { answer: undefined }
    })
  }

  const ended = await ledger.get<RunRecord>(runKey(run))
  if (ended === undefined || !ended.isEventDue) return
  const status = tally.status(ended, clock.now())
  const line = {
    event: 'run_ended',
    generation: ended.generation,
    query_id: ended.queryId,
    at: isoTime(ended.endedMs),
    ...status
  }
  await store.write(runAuditKey(run, ended.generation), Buffer.from(`${JSON.stringify(line)}\n`), {
    signal: deadline
  })
  await deps.announce(status)
  await change<RunRecord, void>(ledger, runKey(run), (now) =>
    now === undefined || !now.isEventDue
      ? { answer: undefined }
      : { next: { ...now, isEventDue: false }, answer: undefined }
  )
  deps.log({ event: 'run_ended', run, state: status.state, rows: status.rows.read, seconds: status.seconds })
}

const isoTime = (ms: number | undefined): string => new Date(ms ?? 0).toISOString()
