import { ChunkError } from '../../decode/chunk-error.ts'
import { type ChunkRecord, releaseChunk } from '../../ledger/chunk-record.ts'
import { addCodes, type CodeCounts, countCodes } from '../../ledger/code-counts.ts'
import type { JobRecord } from '../../ledger/job-record.ts'
import type { RunRecord } from '../../ledger/run-record.ts'
import { failStaged, isStaged, settleStaged } from '../../ledger/staged-chunk.ts'
import { Flaw } from '../../plan/row-result.ts'
import { ObjectGone } from '../../store/object-store.ts'
import { optionsOfRun } from '../bulk-options.ts'
import { chunkRowsOf } from '../chunk-rows-of.ts'
import { type HeldChunk, whileHeld } from '../hold-chunk.ts'
import { endedLine, type LoadEnd } from '../load-chunk.ts'
import type { LoadDeps } from '../load-deps.ts'
import { packRejectedRows, type RejectedRow } from '../rejected-rows.ts'
import { rejectedPartKey } from '../run-paths.ts'
import { failedItems } from './failed-items.ts'
import type { ReportedFlaw } from './job-report.ts'
import { keysOfChunk } from './staged-keys.ts'

/** A chunk that lies ready, and the job that has ended. */
export interface ChunkToSettle {
  readonly run: RunRecord
  readonly chunk: ChunkRecord
  readonly job: JobRecord
}

/** Counts what the job did with the items of a chunk, and sets aside the rows that it reports. */
export const settleChunkOfJob = (
  deps: LoadDeps,
  { run, chunk, job }: ChunkToSettle,
  deadline: AbortSignal
): Promise<LoadEnd> =>
  whileHeld<LoadEnd>(deps, chunk, deadline, async (held) => {
    const end = isStaged(held.record()) ? await settle(deps, { run, held, job }, deadline) : undefined
    if (end) {
      deps.log(endedLine(run, end))
      return { kind: 'ended', record: end }
    }
    await held.write(releaseChunk)
    return { kind: 'handed_on', isIdle: true }
  })

interface Settling {
  readonly run: RunRecord
  readonly held: HeldChunk
  readonly job: JobRecord
}

/** @returns the chunk as it ended; undefined when time ran out, or it is somebody else's by now */
const settle = async (
  deps: LoadDeps,
  { run, held, job: { outcome } }: Settling,
  deadline: AbortSignal
): Promise<ChunkRecord | undefined> => {
  const fail = (error: string) => held.write((now) => failStaged(now, error, deps.clock.now()))
  if (outcome === undefined) return undefined
  if (outcome.kind === 'unknown') return fail(outcome.reason)
  try {
    const failed =
      outcome.kind === 'some'
        ? await setAside(deps, { run, held }, deadline)
        : { rows: 0, codes: {}, files: 0 }
    return failed && (await held.write((now) => settleStaged(now, failed, deps.clock.now())))
  } catch (error) {
    if (deadline.aborted) return undefined
    if (error instanceof ChunkError || error instanceof ObjectGone || error instanceof RowsGone)
      return fail(`${error.message}: rows that the job reports cannot be set aside; unload it again`)
    throw error
  }
}

class RowsGone extends Error {}

/** Rows whose bytes are held until they are set aside. */
const rowsPerFile = 1_000

/** Reads the chunk once more, and sets the rows aside whose items were not written. */
const setAside = async (
  { store }: LoadDeps,
  { run, held }: Omit<Settling, 'job'>,
  deadline: AbortSignal
): Promise<Parameters<typeof settleStaged>[1] | undefined> => {
  const options = optionsOfRun(run)
  if (options instanceof Flaw) throw new ChunkError(options.message)
  const record = held.record()
  const { chunk, generation, claims } = record
  const flaws = await flawsOfChunk(store, record, deadline)
  let [rows, files, codes]: [number, number, CodeCounts] = [0, 0, {}]
  let waiting: RejectedRow[] = []
  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return
    const key = rejectedPartKey(run.run, chunk, generation, { claim: claims, file: files })
    await store.write(key, await packRejectedRows(waiting), { signal: deadline })
    codes = addCodes(codes, countCodes(chunk, waiting))
    rows += waiting.length
    files += 1
    waiting = []
  }
  const reading = { signal: deadline, warn: () => {} }
  for await (const page of chunkRowsOf(store, { ...record, rowsDone: 0 }, options, reading)) {
    if (rows + waiting.length === flaws.size) break
    for (const row of page) {
      const flaw = flaws.get(row.rowNumber)
      if (flaw === undefined || !('item' in row)) continue
      waiting.push({ number: row.originalNumber ?? row.rowNumber, ...flaw, row: { item: row.item } })
    }
    if (waiting.length >= rowsPerFile) await flush()
    if (deadline.aborted || !(await held.renew())) return undefined
  }
  await flush()
  if (rows !== flaws.size) throw new RowsGone(`${flaws.size - rows} rows are gone`)
  return { rows, codes, files }
}

/** Why rows of the chunk are not in the table, by their numbers. */
const flawsOfChunk = async (
  store: LoadDeps['store'],
  record: ChunkRecord,
  deadline: AbortSignal
): Promise<ReadonlyMap<number, ReportedFlaw>> => {
  const failed = await failedItems(store, record, deadline)
  const flaws = new Map<number, ReportedFlaw>()
  for await (const keys of keysOfChunk(store, record, deadline))
    for (let n = 0; n < keys.length; n += 2) {
      const flaw = failed.get(keys[n] as bigint)
      if (flaw) flaws.set(Number(keys[n + 1]), flaw)
    }
  return flaws
}
