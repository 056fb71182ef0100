import type { ManifestFile } from '../decode/manifest.ts'
import type { PlannedWrite } from '../plan/planned-write.ts'
import type { LoadDeps } from './load-deps.ts'
import { type FileSample, type SampledRun, type SampleLimit, sampleFile } from './sample-file.ts'

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

const ofPlan: SampleLimit = { rows: 20_000, files: 40, bytes: 32 * 1024 * 1024 }

interface Wanted extends SampledRun {
  readonly files: readonly ManifestFile[]
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
    read.push(await sampleFile(deps, wanted, { file, most: perFile, isTold, isQuick }, signal))
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

/** Rows of files that tell nothing: those that were counted, and by their bytes those that were not. */
const guessedRows = (read: readonly FileSample[], scale: number): number =>
  Math.round(
    scale *
      read.reduce(
        (all, { rows, isEnd, readShare }) => all + (isEnd ? rows : rows / Math.max(readShare, 1e-6)),
        0
      )
  )
