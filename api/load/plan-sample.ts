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

/** Rows of a run that stand for all of them. */
export interface Sample {
  /** Of the run; undefined where nobody tells and not all were read. */
  readonly rows: number | undefined
  /** Rows that were planned, rejected ones included. */
  readonly planned: number
  readonly isWhole: boolean
  readonly rejected: number
  /** Writes of the rows that are not rejected, in their order, file by file. */
  readonly writes: ReadonlyArray<readonly PlannedWrite[]>
}

/** How much of a run is planned: its writes are held in memory and priced, the rest is only counted. */
export interface SampleLimit {
  readonly rows: number
  /** Files that are looked into; of more, as many with equal gaps between them. */
  readonly files: number
  /** Of items: a few rows of 400 KB say as much as many of a few bytes. */
  readonly bytes: number
}

const ofPlan: SampleLimit = { rows: 20_000, files: 40, bytes: 32 * 1024 * 1024 }

interface Wanted {
  readonly run: RunManifest
  readonly files: readonly ManifestFile[]
  readonly keyOf: (name: string) => string
  readonly options: BulkOptions
  readonly table: TargetTable
  /** Fewer rows and files are to do, and rows beyond them are not even counted. */
  readonly most?: SampleLimit
}

/**
 * Reads rows until enough are planned and all are counted, or the signal strikes.
 *
 * @throws ChunkError when a file cannot be read at all
 */
export const readSample = async (
  deps: Pick<LoadDeps, 'store' | 'clock'>,
  wanted: Wanted,
  signal: AbortSignal
): Promise<Sample> => {
  const { files, most = ofPlan } = wanted
  const step = Math.max(1, files.length / most.files)
  const looked = files.filter((_, n) => Math.floor(n % step) === 0 || files.length <= most.files)
  const ofFile = (all: number): number => Math.ceil(all / Math.max(1, looked.length))
  const perFile = { rows: ofFile(most.rows), bytes: ofFile(most.bytes) }
  const isTold = files.every(({ rows }) => rows !== null)
  const isQuick = wanted.most !== undefined
  const read: FileSample[] = []
  for (const file of looked)
    read.push(await readFile(deps, wanted, { file, most: perFile, isTold, isQuick }, signal))
  const isWhole =
    looked.length === files.length && read.every(({ isEnd, rows, planned }) => isEnd && rows === planned)
  const told = files.reduce((sum, { rows }) => sum + (rows ?? 0), 0)
  const sum = (of: (file: FileSample) => number): number => read.reduce((all, file) => all + of(file), 0)
  return {
    rows: isTold
      ? told
      : isQuick && !isWhole
        ? undefined
        : guessedRows(read, looked.length === files.length ? 1 : files.length / looked.length),
    planned: sum(({ planned }) => planned),
    isWhole,
    rejected: sum(({ rejected }) => rejected),
    writes: read.map(({ writes }) => writes)
  }
}

interface FileSample {
  readonly rows: number
  readonly planned: number
  readonly rejected: number
  readonly isEnd: boolean
  /** Of the file's bytes. */
  readonly readShare: number
  readonly writes: readonly PlannedWrite[]
}

/** Rows of files that tell nothing: those that were counted, and by their bytes those that were not. */
const guessedRows = (read: readonly FileSample[], scale: number): number =>
  Math.round(
    scale *
      read.reduce(
        (all, { rows, isEnd, readShare }) => all + (isEnd ? rows : rows / Math.max(readShare, 1e-6)),
        0
      )
  )

interface FileToRead {
  readonly file: ManifestFile
  /** What to plan of it; where the manifest tells how many rows there are, the others need not be read. */
  readonly most: Pick<SampleLimit, 'rows' | 'bytes'>
  readonly isTold: boolean
  readonly isQuick: boolean
}

const readFile = async (
  { store, clock }: Pick<LoadDeps, 'store' | 'clock'>,
  { run, keyOf, options, table }: Wanted,
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
