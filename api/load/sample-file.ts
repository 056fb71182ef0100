import { chunkFormatOf } from '../decode/chunk-format.ts'
import type { ManifestFile } from '../decode/manifest.ts'
import { waitingChunk } from '../ledger/chunk-record.ts'
import type { PlannedWrite } from '../plan/planned-write.ts'
import type { TargetTable } from '../plan/target-table.ts'
import type { ObjectStore, StoredObject } from '../store/object-store.ts'
import type { BulkOptions } from './bulk-options.ts'
import { chunkRowsOf } from './chunk-rows-of.ts'
import type { LoadDeps } from './load-deps.ts'
import type { RunManifest } from './run-manifest.ts'
import { sampledSlices } from './sampled-slices.ts'
import { maxSliceBytes, maxSliceRows, slicesOf } from './slices-of.ts'

/** How much of a run is planned: its writes are held in memory and priced, the rest is only counted. */
export interface SampleLimit {
  readonly rows: number
  /** Files that are looked into; of more, as many with equal gaps between them. */
  readonly files: number
  /** Of items: a few rows of 400 KB say as much as many of a few bytes. */
  readonly bytes: number
}

/** What all files of a run share. */
export interface SampledRun {
  readonly run: RunManifest
  /** Of a file's name, its key in the bucket. */
  readonly keyOf: (name: string) => string
  readonly options: BulkOptions
  readonly table: TargetTable
}

/** What was seen of one file. */
export interface FileSample {
  readonly rows: number
  readonly planned: number
  readonly rejected: number
  readonly isEnd: boolean
  /** Of the file's bytes. */
  readonly readShare: number
  readonly writes: readonly PlannedWrite[]
}

interface FileToRead {
  readonly file: ManifestFile
  /** What to plan of it; where the manifest tells how many rows there are, the others need not be read. */
  readonly most: Pick<SampleLimit, 'rows' | 'bytes'> & {
    /** A file of so many bytes is read to its end, whatever is told of it. */
    readonly wholeBytes: number
  }
  readonly isTold: boolean
  readonly isQuick: boolean
}

/**
 * Plans rows all along one file and counts the others; of a large one the first rows alone, where its rows are told.
 * A file that is not there, or a signal that struck, gives what was seen so far.
 *
 * @throws ChunkError when the file cannot be read at all
 */
export const sampleFile = async (
  { store, clock }: Pick<LoadDeps, 'store' | 'clock'>,
  { run, keyOf, options, table }: SampledRun,
  { file, most, isTold, isQuick }: FileToRead,
  signal: AbortSignal
): Promise<FileSample> => {
  const { name, rows: expected } = file
  const nothing = { rows: 0, planned: 0, rejected: 0, isEnd: false, readShare: 0, writes: [] }
  if (signal.aborted) return nothing
  const object = await store.head(keyOf(name), signal)
  if (object === undefined) return nothing
  const chunk = {
    run: run.run,
    chunk: name,
    kind: 'rows',
    generation: 0,
    expected,
    rejectedBefore: 0
  } as const
  const passed = { bytes: 0 }
  const pages = chunkRowsOf(
    counting(store, passed),
    waitingChunk({ ...chunk, ...object }, clock.now()),
    options,
    {
      signal,
      warn: () => {}
    }
  )
  const format = chunkFormatOf(name, options.format)
  const text = { isUntyped: format.type === 'csv', binaryFormat: options.format?.binary_format }
  const slices = sampledSlices(
    { table, options: options.rows, text, nowMs: clock.now(), origin: { run: run.run, chunk: name } },
    most
  )
  // What is read to its end is sampled all along: rows may grow, or differ otherwise from those at its head.
  const isHead = isQuick || (isTold && object.bytes > most.wholeBytes)
  const limit = {
    rows: Math.min(maxSliceRows, isHead ? most.rows : Math.ceil(most.rows / 4)),
    bytes: Math.min(maxSliceBytes, most.bytes)
  }
  let [rows, isEnd] = [0, false]
  try {
    isEnd = true
    for await (const slice of slicesOf(pages, () => limit)) {
      rows += slice.length
      slices.add(slice)
      // What the manifest tells need not be counted.
      if (signal.aborted || (isHead && slices.isFull())) {
        isEnd = isTold && expected === rows
        break
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error
    isEnd = false
  }
  const { rows: planned, rejected, writes } = slices.all()
  return { rows, planned, rejected, isEnd, readShare: passed.bytes / Math.max(1, object.bytes), writes }
}

/** A store that counts the bytes that are read. */
const counting = (store: ObjectStore, passed: { bytes: number }): ObjectStore => ({
  ...store,
  async *stream(object: StoredObject, start, signal) {
    for await (const bytes of store.stream(object, start, signal)) {
      passed.bytes += bytes.byteLength
      yield bytes
    }
  },
  async slice(object, start, end, signal) {
    passed.bytes += end - start
    return store.slice(object, start, end, signal)
  }
})
