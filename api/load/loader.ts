import { isRunName } from '../decode/manifest.ts'
import { type LoadTask, readQueueMessage } from '../decode/queue-message.ts'
import { type ChunkRecord, chunkKey, isEnded } from '../ledger/chunk-record.ts'
import { type RunRecord, runKey } from '../ledger/run-record.ts'
import { afterChunk } from './after-chunk.ts'
import { loadChunk } from './load-chunk.ts'
import type { LoadDeps } from './load-deps.ts'
import type { Delivery } from './message-queue.ts'
import { chunkMessage, openFromDrop, openFromManifest } from './open-run.ts'
import { redriveRun } from './redrive.ts'
import { readArrival } from './run-paths.ts'

/** The message must come again: it is reported as failed, and ends among the dead letters when that repeats. */
export class MessageFailed extends Error {
  override readonly name = 'MessageFailed'
}

/** SQS delays a message by at most this long. */
const mostDelaySeconds = 900
/** From this delivery on a fresh message takes over, so that a chunk that makes progress outlives any count. */
const renewedFrom = 3

/**
 * Does what a message of the load queue asks for. Repeats, in any order and at the same time, change nothing.
 *
 * @param deadline strikes early enough to checkpoint and hand on
 * @throws MessageFailed, or what the ledger or the bucket throw, when the message must come again
 */
export const loadMessage =
  (deps: LoadDeps) =>
  async ({ body, receiveCount }: Delivery, deadline: AbortSignal): Promise<void> => {
    const tasks = readQueueMessage(body)
    if (tasks === undefined) throw new MessageFailed('the message is none of ours')
    for (const task of tasks) await perform(deps, task, receiveCount, deadline)
  }

const perform = async (
  deps: LoadDeps,
  task: LoadTask,
  receiveCount: number,
  deadline: AbortSignal
): Promise<void> => {
  switch (task.kind) {
    case 'arrived': {
      const arrival = readArrival(task.key)
      if (arrival?.kind === 'manifest' && isRunName(arrival.run))
        return openFromManifest(deps, arrival.run, deadline)
      if (arrival?.kind === 'drop') return openFromDrop(deps, { key: task.key, ...arrival }, deadline)
      deps.log({ event: 'arrival_ignored', reason: 'neither a manifest nor a file in drop/' })
      return
    }
    case 'run':
      return openFromManifest(deps, task.run, deadline)
    case 'redrive':
      return redriveRun(deps, task.run, deadline)
    case 'chunk':
      return visitChunk(deps, task, receiveCount, deadline)
    case 'spill':
      throw new MessageFailed('spilled rows have a queue of their own')
    default:
      return task satisfies never
  }
}

const visitChunk = async (
  deps: LoadDeps,
  task: Extract<LoadTask, { kind: 'chunk' }>,
  receiveCount: number,
  deadline: AbortSignal
): Promise<void> => {
  const { ledger, queue, clock } = deps
  const run = await ledger.get<RunRecord>(runKey(task.run))
  const chunk = await ledger.get<ChunkRecord>(chunkKey(task.run, task.chunk, task.generation))
  if (run === undefined || chunk === undefined) {
    deps.log({ event: 'chunk_unknown', run: task.run })
    return
  }
  // A worker may die over a large chunk again and again and still get on: that must not end among the dead letters.
  if (receiveCount >= renewedFrom && chunk.idleClaims <= 1 && !isEnded(chunk)) {
    const waitMs = Math.max(0, chunk.leaseUntilMs - clock.now())
    await queue.send(chunkMessage(task), delaySeconds(waitMs))
    return
  }

  const end = await loadChunk(deps, run, chunk, deadline)
  deps.log({ event: 'chunk_visited', run: task.run, generation: task.generation, end: end.kind })
  switch (end.kind) {
    case 'ended':
    case 'poison':
      await afterChunk(deps, run, end.record, deadline)
      if (end.kind === 'poison') throw new MessageFailed('the chunk is poison: see its run status')
      return
    case 'busy':
      // Whoever has it may die: a later look, not this message's own return, sees to it.
      return queue.send(chunkMessage(task), delaySeconds(end.untilMs - clock.now()))
    case 'handed_on':
      return queue.send(chunkMessage(task))
    default:
      return end satisfies never
  }
}

const delaySeconds = (ms: number): number => Math.min(mostDelaySeconds, Math.max(1, Math.ceil(ms / 1000)))
