import { queueMessage } from '../decode/queue-message.ts'
import { type ChunkRecord, chunkKey, chunkPrefix, isEnded, waitingChunk } from '../ledger/chunk-record.ts'
import { continuedChunk, takeOverChunk } from '../ledger/continued-chunk.ts'
import { change } from '../ledger/ledger-store.ts'
import { isRunOver, type RunRecord, reopenRun, runKey } from '../ledger/run-record.ts'
import { inParallel } from '../runtime/in-parallel.ts'
import { delaySeconds } from '../store/message-queue.ts'
import { chunkMessage } from './chunk-message.ts'
import { endIfLast } from './end-run.ts'
import { carryRejected, removeRejectedParts } from './join-rejected.ts'
import type { LoadDeps } from './load-deps.ts'
import { noteImportKey } from './managed/note-import-key.ts'
import { askForJobNow } from './managed/visit-staged.ts'
import { noteRunning } from './note-running.ts'
import { openAgain } from './open-run.ts'
import { listRun } from './open-runs.ts'
import { type ChunkHistory, chunkAgain, openHistory } from './redriven-chunk.ts'
import { reportAgain } from './report-again.ts'

const lanes = 16
/** How long a worker that is told to stop may need until its checkpoint, before it is looked for again. */
const lookAgainMs = 5_000

/**
 * Notes what is to go through again, and sends the messages; of a run that is still going on, those of its
 * unfinished chunks. Harmless when done again.
 */
export const redriveRun = async (deps: LoadDeps, run: string, deadline: AbortSignal): Promise<void> => {
  const { ledger } = deps
  const record = await ledger.get<RunRecord>(runKey(run))
  if (record === undefined) return
  if (record.state !== 'opening') {
    await bringBack(deps, record)
    await endIfLast(deps, run, deadline)
    return
  }

  const byName = new Map<string, ChunkHistory>()
  let hasBegun = false
  for await (const chunk of ledger.list<ChunkRecord>(runKey(run).pk, chunkPrefix)) {
    const history = byName.get(chunk.chunk) ?? openHistory()
    byName.set(chunk.chunk, history)
    hasBegun ||= chunk.generation < record.generation
    history.add(chunk, record.generation)
  }
  if (!hasBegun) return openAgain(deps, record, deadline)

  await noteImportKey(deps, record)
  let [chunks, bytes] = [0, 0]
  await inParallel(lanes, byName, async (chunk) => {
    const sent = await sendAgain(deps, record, chunk, deadline)
    chunks += sent ? 1 : 0
    bytes += sent?.bytes ?? 0
  })
  // It was cancelled before all of its chunks were noted: the others are noted now.
  if (record.isNoted === false) return openAgain(deps, record, deadline)
  await noteRunning(deps, record, { chunks, bytes, expected: record.expected, notes: [] }, deadline)
  await askForJobNow(deps, record)
  await endIfLast(deps, run, deadline)
}

/** Messages may be lost: those of chunks that have not ended go out again, those that have ended are counted again. */
const bringBack = async (deps: LoadDeps, record: RunRecord): Promise<void> => {
  const { ledger, queue, clock } = deps
  const { run, generation } = record
  const isOver = isRunOver(record)
  const ended: ChunkRecord[] = []
  let leasedUntilMs = 0
  for await (const chunk of ledger.list<ChunkRecord>(runKey(run).pk, chunkPrefix)) {
    if (chunk.state === 'loading') leasedUntilMs = Math.max(leasedUntilMs, chunk.leaseUntilMs)
    if (!isEnded(chunk)) await (isOver ? undefined : queue.send(chunkMessage(chunk)))
    else if (chunk.state !== 'redriven') ended.push(chunk)
  }
  await reportAgain(deps, run, generation, ended)
  await askForJobNow(deps, record)
  // It was cancelled while workers were at it: they stop at their next checkpoint, and then its end can be announced.
  if (isOver && record.isEventDue && leasedUntilMs > clock.now())
    await queue.send(queueMessage({ kind: 'redrive', run }), delaySeconds(lookAgainMs, 1))
}

/** @returns the chunk that goes through again, if anything of it does */
const sendAgain = async (
  deps: LoadDeps,
  { run, generation }: RunRecord,
  [name, history]: readonly [name: string, ChunkHistory],
  deadline: AbortSignal
): Promise<ChunkRecord | undefined> => {
  const { ledger, clock, queue, store } = deps
  if (!history.isNoted() && !(await goOn(deps, generation, history, deadline))) {
    const chunk = await chunkAgain(store, { run, chunk: name, generation }, history, deadline)
    if (chunk === undefined) return undefined
    await ledger.put(waitingChunk(chunk, clock.now()), undefined)
  }
  for (const failed of history.failed()) await retire(deps, failed)
  await queue.send(chunkMessage({ run, chunk: name, generation }))
  return ledger.get<ChunkRecord>(chunkKey(run, name, generation))
}

/** A chunk whose run was cancelled goes on as one of this generation. @returns false when it had ended */
const goOn = async (
  deps: LoadDeps,
  generation: number,
  history: ChunkHistory,
  deadline: AbortSignal
): Promise<boolean> => {
  const { ledger, clock } = deps
  const key = history.unfinished()
  if (key === undefined) return false
  const taken = await change<ChunkRecord, ChunkRecord | undefined>(ledger, key, (now) => {
    const next = now && takeOverChunk(now)
    return next ? { next, answer: next } : { answer: now }
  })
  if (taken === undefined) return false
  if (taken.state !== 'redriven') {
    history.add(taken, generation)
    return false
  }
  const files = taken.staged ? 0 : await carryRejected(deps, taken, generation, deadline)
  await ledger.put(continuedChunk(taken, generation, files, clock.now()), undefined)
  await removeRejectedParts(deps, taken, deadline)
  return true
}

/** A failed chunk whose place a new one takes: its counts do not count any more. */
const retire = ({ ledger }: LoadDeps, chunk: Pick<ChunkRecord, 'pk' | 'sk'>): Promise<void> =>
  change<ChunkRecord, void>(ledger, chunk, (now) => ({
    ...(now?.state === 'failed' && { next: { ...now, state: 'redriven' as const } }),
    answer: undefined
  }))

/**
 * Asks for a redrive: an ended run is opened again under its next generation, with other options if given; the
 * loader does the rest. A run that is still going on gets the messages of its unfinished chunks anew.
 *
 * @param options JSON text that replaces the run's options, or undefined
 * @returns `running` when the run had not ended: its options stay as they were
 */
export const requestRedrive = async (
  { ledger, queue, clock }: Pick<LoadDeps, 'ledger' | 'queue' | 'clock'>,
  run: string,
  options: string | undefined
): Promise<'reopened' | 'running' | 'unknown'> => {
  if ((await ledger.get<RunRecord>(runKey(run))) === undefined) return 'unknown'
  await listRun(ledger, run, clock.now())
  const answer = await change<RunRecord, 'reopened' | 'running' | 'unknown'>(
    ledger,
    runKey(run),
    (record) => {
      const next = record && reopenRun(record, options)
      return next ? { next, answer: 'reopened' } : { answer: record ? 'running' : 'unknown' }
    }
  )
  if (answer !== 'unknown') await queue.send(queueMessage({ kind: 'redrive', run }))
  return answer
}
