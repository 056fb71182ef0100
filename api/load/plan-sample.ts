import type { ManifestFile } from '../decode/manifest.ts'
import type { PlannedWrite } from '../plan/planned-write.ts'
import type { LoadDeps } from './load-deps.ts'
import { type FileSample, type SampledRun, type SampleLimit, sampleFile } from './sample-file.ts'

/** Rows of one file that were planned, without the rejected ones. */
export interface SampledWrites {
  /** How many rows of the run each of them stands for. */
  readonly weight: number
  /** In their order; rows of one key that the loader would fold are one write. */
  readonly writes: readonly PlannedWrite[]
}

/** Rows of a run that stand for all of them: those of a file for the rows of that file. */
export interface Sample {
  /** Of the run; undefined where nobody tells and not all were read. */
  readonly rows: number | undefined
  /** Rows that were planned, rejected ones included. */
  readonly planned: number
  readonly isWhole: boolean
  /** Of the run, by the share of those that were planned. */
  readonly rejected: number
  readonly files: readonly SampledWrites[]
}

const ofPlan: SampleLimit = { rows: 20_000, files: 40, bytes: 32 * 1024 * 1024 }

/** Files of so many bytes in all are read to their end: some seconds, packed or not. */
const wholeBytes = 32 * 1024 * 1024

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
  const perFile = { rows: ofFile(most.rows), bytes: ofFile(most.bytes), wholeBytes: ofFile(wholeBytes) }
  const isTold = files.every(({ rows }) => rows !== null)
  const isQuick = wanted.most !== undefined
  const read: FileSample[] = []
  for (const file of looked)
    read.push(await sampleFile(deps, wanted, { file, most: perFile, isTold, isQuick }, signal))
  const isWhole =
    looked.length === files.length && read.every(({ isEnd, rows, planned }) => isEnd && rows === planned)
  const found = read.map((file, n) => ({
    ...file,
    // A manifest may tell of fewer rows than there are.
    all: Math.max(looked[n]?.rows ?? rowsOf(file), file.rows)
  }))
  const all = isTold
    ? Math.max(
        sumOf(files, ({ rows }) => rows ?? 0),
        sumOf(found, (file) => file.all)
      )
    : Math.round((sumOf(found, (file) => file.all) * files.length) / Math.max(1, looked.length))
  // Files of which nothing was planned are as the others are.
  const unseen =
    all /
    Math.max(
      1,
      sumOf(found, (file) => (file.planned > 0 ? file.all : 0))
    )
  const weighed = found.map((file) => ({ ...file, weight: unseen * (file.all / Math.max(1, file.planned)) }))
  return {
    rows: isTold || isWhole || !isQuick ? all : undefined,
    planned: sumOf(read, ({ planned }) => planned),
    isWhole,
    rejected: Math.round(sumOf(weighed, ({ rejected, weight }) => rejected * weight)),
    files: weighed.map(({ weight, writes }) => ({ weight, writes }))
  }
}

/** Rows of a file that tells nothing: counted to its end, or by the bytes that were not read. */
const rowsOf = ({ rows, isEnd, readShare }: FileSample): number =>
  isEnd ? rows : rows / Math.max(readShare, 1e-6)

const sumOf = <T>(list: readonly T[], of: (one: T) => number): number =>
  list.reduce((sum, one) => sum + of(one), 0)
