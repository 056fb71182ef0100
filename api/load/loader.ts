import { isRunName } from '../decode/manifest.ts'
import { type LoadTask, readQueueMessage } from '../decode/queue-message.ts'
import { type ChunkRecord, chunkKey, isEnded } from '../ledger/chunk-record.ts'
import { isPoison } from '../ledger/claim-chunk.ts'
import { isRunOver, type RunRecord, runKey } from '../ledger/run-record.ts'
import { isStaged } from '../ledger/staged-chunk.ts'
import { type Delivery, delaySeconds } from '../store/message-queue.ts'
import { openPaces } from '../write/paces.ts'
import { afterChunk } from './after-chunk.ts'
import { chunkMessage } from './chunk-message.ts'
import { loadChunk } from './load-chunk.ts'
import type { LoadDeps, VisitDeps } from './load-deps.ts'
import { lookAfterRuns } from './look-after-runs.ts'
import { advanceJob } from './managed/advance-job.ts'
import { askForJob, visitStaged } from './managed/visit-staged.ts'
import { openFromDrop, openFromManifest } from './open-run.ts'
import { redriveRun } from './redrive.ts'
import { readArrival } from './run-paths.ts'
import { workerNames } from './worker-names.ts'
import { writePushAudit } from './write-push-audit.ts'

/** The message must come again: it is reported as failed, and ends among the dead letters when that repeats. */
export class MessageFailed extends Error {
  override readonly name = 'MessageFailed'
}

/**
 * From this delivery on a fresh message takes over: workers may die over a large chunk again and again while it
 * gets on, and how often they die without progress is counted in the ledger. Queues allow at least as many.
 */
const renewedFrom = 3

/** Does what a message asks for. */
export type LoadMessage = (delivery: Delivery, deadline: AbortSignal) => Promise<void>

/**
 * Does what a message of the load queue asks for. Repeats, in any order and at the same time, change nothing.
 *
 * @param drainSpill what a message of the queue of spilled batches asks for
 *
 * The deadline strikes early enough to checkpoint and hand on. The returned function throws MessageFailed, or what
 * the ledger or the bucket throw, when the message must come again.
 */
export const loadMessage = (
  deps: LoadDeps,
  drainSpill?: (batch: string, deadline: AbortSignal) => Promise<void>
): LoadMessage => {
  const names = workerNames()
  const visits: VisitDeps = { ...deps, paces: openPaces({ meters: deps.meters }, deps.clock, deps.log) }

  const perform = (
    task: LoadTask,
    { receiveCount, waitedMs }: Delivery,
    deadline: AbortSignal
  ): Promise<void> | void => {
    switch (task.kind) {
      case 'arrived': {
        const arrival = readArrival(task.key)
        if (arrival?.kind === 'manifest' && isRunName(arrival.run))
          return openFromManifest(deps, arrival.run, deadline, 'arrival')
        if (arrival?.kind === 'drop') return openFromDrop(deps, { key: task.key, ...arrival }, deadline)
        if (arrival?.kind === 'marker')
          return deps.log({ event: 'arrival_skipped', key: task.key, reason: 'its name is not that of data' })
        return deps.log({ event: 'arrival_ignored', reason: 'neither a manifest nor a file in drop/' })
      }
      case 'run':
        return openFromManifest(deps, task.run, deadline)
      case 'job':
        return advanceJob(deps, { ...task, isAgain: receiveCount > 1 }, deadline)
      case 'redrive':
        return redriveRun(deps, task.run, deadline)
      case 'look':
        return look(deps, waitedMs, deadline)
      case 'beat':
        return
      case 'chunk':
        return names.borrow((worker) => visitChunk(visits, { task, receiveCount, worker }, deadline))
      case 'spill':
        if (drainSpill) return drainSpill(task.batch, deadline)
        throw new MessageFailed(
          'this loader was not told where spilled batches lie: set PUSH_SPILL_QUEUE_URL'
        )
      default:
        return task satisfies never
    }
  }

  return async (delivery, deadline) => {
    const tasks = readQueueMessage(delivery.body)
    if (tasks === undefined) throw new MessageFailed('the message is none of ours')
    for (const task of tasks) await perform(task, delivery, deadline)
  }
}

interface Visit {
  readonly task: Extract<LoadTask, { kind: 'chunk' }>
  readonly receiveCount: number
  readonly worker: string
}

const visitChunk = async (
  deps: VisitDeps,
  { task, receiveCount, worker }: Visit,
  deadline: AbortSignal
): Promise<void> => {
  const { ledger, queue, clock } = deps
  const run = await ledger.get<RunRecord>(runKey(task.run))
  const chunk = await ledger.get<ChunkRecord>(chunkKey(task.run, task.chunk, task.generation))
  if (run === undefined || chunk === undefined) {
    deps.log({ event: 'chunk_unknown', run: task.run })
    return
  }
  const comeBack = (atMs: number): Promise<void> =>
    queue.send(chunkMessage(task), delaySeconds(atMs - clock.now(), 1))
  if (!isEnded(chunk) && !isLoaded(run, chunk)) {
    deps.log({ event: 'chunk_skipped', run: task.run, generation: task.generation })
    return
  }
  if (receiveCount >= renewedFrom && !isEnded(chunk)) return comeBack(chunk.leaseUntilMs)

  const end = isStaged(chunk)
    ? await visitStaged(deps, { run, chunk }, deadline)
    : await loadChunk(deps, { run, chunk, worker }, deadline)
  deps.log({
    event: 'chunk_visited',
    run: task.run,
    generation: task.generation,
    end: end.kind,
    ...(end.kind === 'handed_on' ? { isIdle: end.isIdle } : {})
  })
  switch (end.kind) {
    case 'ended':
      await afterChunk(deps, run, end.record, deadline)
      if (!isStaged(chunk)) await askForJob(deps, run)
      if (end.record.state === 'failed' && isPoison(end.record))
        throw new MessageFailed('the chunk is poison: see its run status')
      return
    case 'staged':
      return askForJob(deps, run)
    case 'waiting':
      return
    case 'busy':
      // Whoever has it may die: a later look, not this message's own return, sees to it.
      return comeBack(end.untilMs)
    case 'handed_on':
      return queue.send(chunkMessage(task))
    default:
      return end satisfies never
  }
}

/** Chunks of a run that was cancelled wait for a redrive, and go on as chunks of its next generation. */
const isLoaded = (run: RunRecord, { generation }: ChunkRecord): boolean =>
  !isRunOver(run) && generation === run.generation

/** What is due every quarter of an hour. */
const look = async (deps: LoadDeps, waitedMs: number, deadline: AbortSignal): Promise<void> => {
  await lookAfterRuns(deps, waitedMs, deadline)
  await writePushAudit(deps, deadline)
}
