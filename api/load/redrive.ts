import {
  type ChunkRecord,
  chunkPrefix,
  isEnded,
  type NewChunk,
  waitingChunk
} from '../ledger/chunk-record.ts'
import { change } from '../ledger/ledger-store.ts'
import { type RunRecord, reopenRun, runKey, startRun } from '../ledger/run-record.ts'
import { endIfLast } from './end-run.ts'
import type { LoadDeps } from './load-deps.ts'
import { chunkMessage, openFromDrop, openFromManifest } from './open-run.ts'
import { failedKey, readArrival, rejectedKey } from './run-paths.ts'

/**
 * Asks for a redrive: an ended run is opened again under its next generation, with other options if given; the
 * loader does the rest. A run that is still going on gets the messages of its unfinished chunks anew.
 *
 * @param options JSON text that replaces the run's options, or undefined
 * @returns false when nobody knows the run
 */
export const requestRedrive = async (
  { ledger, queue }: Pick<LoadDeps, 'ledger' | 'queue'>,
  run: string,
  options: string | undefined
): Promise<boolean> => {
  const isKnown = await change<RunRecord, boolean>(ledger, runKey(run), (record) => {
    const next = record && reopenRun(record, options)
    return next ? { next, answer: true } : { answer: record !== undefined }
  })
  if (isKnown) await queue.send(JSON.stringify({ kind: 'redrive', run }))
  return isKnown
}

/** Notes what is to go through again, and sends the messages. Harmless when done again. */
export const redriveRun = async (deps: LoadDeps, run: string, deadline: AbortSignal): Promise<void> => {
  const { ledger, queue, clock, store } = deps
  const record = await ledger.get<RunRecord>(runKey(run))
  if (record === undefined) return
  const byName = new Map<string, ChunkRecord[]>()
  for await (const chunk of ledger.list<ChunkRecord>(runKey(run).pk, chunkPrefix))
    byName.set(chunk.chunk, [...(byName.get(chunk.chunk) ?? []), chunk])

  if (record.state !== 'opening') {
    for (const chunk of [...byName.values()].flat())
      if (!isEnded(chunk)) await queue.send(chunkMessage(chunk))
    await endIfLast(deps, run, deadline)
    return
  }
  if (byName.size === 0) {
    // The run failed before it began: its manifest, or its one file, is looked at again as it lies there now.
    const dropped = readArrival(record.source)
    if (dropped?.kind === 'drop') await openFromDrop(deps, { key: record.source, ...dropped }, deadline)
    else await openFromManifest(deps, run, deadline)
    return
  }

  const chunks: NewChunk[] = []
  for (const [name, records] of byName) {
    const earlier = records.filter(({ generation }) => generation < record.generation)
    const failed = earlier.find(({ state }) => state === 'failed' || state === 'redriven')
    const again = records.find(({ generation }) => generation === record.generation)
    const base = { run, chunk: name, generation: record.generation }
    if (again) chunks.push(again)
    else if (failed?.state === 'failed' && failed.kind === 'rows') {
      const object =
        (await store.head(failedKey(run, name), deadline)) ?? (await store.head(failed.key, deadline))
      if (object === undefined) continue
      chunks.push({ ...base, ...object, kind: 'rows', expected: failed.expected, rejectedBefore: 0 })
    } else {
      const object = await store.head(rejectedKey(run, name), deadline)
      const rejectedBefore = earlier.reduce((sum, chunk) => sum + rejectedLeft(chunk), 0)
      if (object && rejectedBefore > 0)
        chunks.push({ ...base, ...object, kind: 'rejected', expected: null, rejectedBefore })
    }
  }
  for (const chunk of chunks) {
    await ledger.put(waitingChunk(chunk, clock.now()), undefined)
    for (const old of byName.get(chunk.chunk) ?? [])
      if (old.state === 'failed' && old.generation < record.generation) await retire(deps, old)
    await queue.send(chunkMessage(chunk))
  }
  await change<RunRecord, void>(ledger, runKey(run), (now) =>
    now?.generation === record.generation
      ? { next: startRun(now, chunks.length, now.expected), answer: undefined }
      : { answer: undefined }
  )
  await endIfLast(deps, run, deadline)
}

/** Rejected rows that this generation leaves, those that it took over from an earlier one subtracted. */
const rejectedLeft = ({ kind, counts, rejectedBefore, state }: ChunkRecord): number => {
  if (state === 'redriven') return 0
  return kind === 'rows' ? counts.rejected : counts.rejected - Math.min(counts.read, rejectedBefore)
}

/** A failed chunk whose place a new one takes: its counts do not count any more. */
const retire = ({ ledger }: LoadDeps, chunk: ChunkRecord): Promise<void> =>
  change<ChunkRecord, void>(ledger, chunk, (now) =>
    now?.state === 'failed'
      ? { next: { ...now, state: 'redriven' }, answer: undefined }
      : { answer: undefined }
  )
