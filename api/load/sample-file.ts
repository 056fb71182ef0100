import { readJson } from '../batch/read-row.ts'
import { chunkFormatOf } from '../decode/chunk-format.ts'
import type { ManifestFile } from '../decode/manifest.ts'
import { JsonCells } from '../json/json-cells.ts'
import { JsonSpan } from '../json/json-span.ts'
import { JsonObject } from '../json/json-value.ts'
import { waitingChunk } from '../ledger/chunk-record.ts'
import { planRow } from '../plan/plan-row.ts'
import type { PlannedWrite } from '../plan/planned-write.ts'
import { Flaw } from '../plan/row-result.ts'
import type { TargetTable } from '../plan/target-table.ts'
import type { ObjectStore, StoredObject } from '../store/object-store.ts'
import type { BulkOptions } from './bulk-options.ts'
import { chunkRowsOf, type NumberedRow } from './chunk-rows-of.ts'
import type { LoadDeps } from './load-deps.ts'
import type { RunManifest } from './run-manifest.ts'

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
  readonly most: Pick<SampleLimit, 'rows' | 'bytes'>
  readonly isTold: boolean
  readonly isQuick: boolean
}

/**
 * Plans the first rows of one file and counts the rest, unless what is told of it makes that needless.
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
  const context = {
    nowMs: clock.now(),
    origin: { run: run.run, chunk: name },
    readJson,
    isUntyped: format.type === 'csv',
    binaryFormat: options.format?.binary_format
  }
  const writes: PlannedWrite[] = []
  let [rows, planned, rejected, bytes, isEnd] = [0, 0, 0, 0, false]
  const isEnough = (): boolean => planned >= most.rows || bytes >= most.bytes
  const plan = (row: NumberedRow): void => {
    planned += 1
    const item = 'item' in row && isObject(row.item) ? row.item : undefined
    const write = item && planRow({ rowNumber: row.rowNumber, item, options: options.rows, table }, context)
    if (write === undefined || write instanceof Flaw) rejected += 1
    else {
      writes.push(write)
      bytes += write.bytes
    }
  }
  try {
    isEnd = true
    for await (const page of pages) {
      for (const row of page) {
        rows += 1
        if (!isEnough()) plan(row)
      }
      // What the manifest tells need not be counted.
      if (signal.aborted || ((isTold || isQuick) && isEnough())) {
        isEnd = isTold && expected === rows
        break
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error
    isEnd = false
  }
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

const isObject = (item: unknown): item is JsonObject | JsonSpan | JsonCells =>
  item instanceof JsonSpan ? item.isObject() : item instanceof JsonObject || item instanceof JsonCells
