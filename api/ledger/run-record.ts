import type { Estimate } from './estimate.ts'
import type { ImportKey } from './import-key.ts'
import type { LedgerRecord, RecordKey } from './ledger-store.ts'

/** A run: one set of chunks for one table. */
export interface RunRecord extends LedgerRecord {
  readonly run: string
  readonly table: string
  /** The manifest, or the one file of a run without one. */
  readonly source: string
  /** Row and bulk options as JSON text, digits and all; `null` for none. */
  readonly options: string
  /** Options that a redrive brought in their place. */
  readonly optionsOfRedrive: string | undefined
  /** Hash of the manifest: the same run with another manifest is refused. */
  readonly manifest: string
  readonly queryId: string | undefined
  /** The user who called for it; absent where its arrival opened it. */
  readonly calledBy?: string
  /**
   * `opening`: chunks are being checked and noted; `running`: they are being loaded; `complete`: every chunk is
   * settled; `failed`: some chunk could not be read, or the manifest is wrong.
   */
  readonly state: 'opening' | 'running' | 'complete' | 'failed'
  /** Chunks of this generation. */
  readonly chunks: number
  /** Rows that the manifest promises; null where nobody told. */
  readonly expected: number | null
  /** Counts the redrives: 0 for the run as it came. */
  readonly generation: number
  readonly openedMs: number
  readonly endedMs: number | undefined
  readonly errors: readonly string[]
  /** What it was thought to take, or what a dry run has found. */
  readonly estimate?: Estimate
  /** Of engine `import`. */
  readonly importKey?: ImportKey
  /** A call named this very manifest; else its arrival alone has opened the run. */
  readonly isAnnounced?: boolean
  /** It failed before it began for a reason that another call can take away. */
  readonly mayStartAgain?: boolean
  /** False where it was cancelled before all of its chunks were noted: a redrive notes them first. */
  readonly isNoted?: boolean
  /** The final state was reached and its event and audit line are not surely out yet. */
  readonly isEventDue: boolean
  /** Until then somebody is at announcing it. */
  readonly eventUntilMs: number
}

export const runKey = (run: string): RecordKey => ({ pk: `run#${run}`, sk: 'run' })
/** How often a chunk was reported as ended; at least as often as there are ended chunks. */
export const endedKey = (run: string, generation: number): RecordKey => ({
  pk: `run#${run}`,
  sk: `ended#${generation}`
})
export const workersKey = (run: string): RecordKey => ({ pk: `run#${run}`, sk: 'workers' })

/** Runs are kept for 90 days, for status and redrive. */
export const runKeptSeconds = 90 * 86_400

export type Opening = Pick<
  RunRecord,
  'run' | 'table' | 'source' | 'options' | 'manifest' | 'queryId' | 'calledBy'
>

/**
 * A run is opened once; the same manifest again is the same run, another one is refused. A redrive of a run that
 * failed before it began takes the manifest as it is by now, which no call has named.
 */
export const openRun = (
  record: RunRecord | undefined,
  opening: Opening,
  nowMs: number
): { readonly next?: RunRecord; readonly answer: 'opened' | 'same' | 'other' } => {
  if (record?.manifest === opening.manifest) return { answer: 'same' }
  if (record)
    return record.state === 'opening' && record.generation > 0
      ? { next: { ...record, ...opening, isAnnounced: false }, answer: 'opened' }
      : { answer: 'other' }
  return { answer: 'opened', next: openedRun(opening, nowMs) }
}

const openedRun = (opening: Opening, nowMs: number): RunRecord => ({
  ...opening,
  ...runKey(opening.run),
  optionsOfRedrive: undefined,
  rev: 0,
  expires_at: Math.floor(nowMs / 1000) + runKeptSeconds,
  state: 'opening',
  chunks: 0,
  expected: null,
  generation: 0,
  openedMs: nowMs,
  endedMs: undefined,
  errors: [],
  isEventDue: false,
  eventUntilMs: 0
})

/**
 * A call starts a run: for the first time, again because its message may be lost, or again because it failed for a
 * reason that the call takes away. `known`: it is going on, or over.
 */
export const startByCall = (
  record: RunRecord | undefined,
  opening: Opening,
  nowMs: number
): { readonly next?: RunRecord; readonly answer: 'started' | 'known' | 'other' } => {
  if (record === undefined)
    return { next: { ...openedRun(opening, nowMs), isAnnounced: true }, answer: 'started' }
  if (record.manifest !== opening.manifest) return { answer: 'other' }
  if (record.state === 'opening')
    return record.isAnnounced
      ? { answer: 'started' }
      : { next: { ...record, isAnnounced: true }, answer: 'started' }
  if (record.state !== 'failed' || !record.mayStartAgain) return { answer: 'known' }
  const next: RunRecord = {
    ...record,
    state: 'opening',
    isAnnounced: true,
    mayStartAgain: false,
    endedMs: undefined,
    errors: [],
    isEventDue: false
  }
  return { next, answer: 'started' }
}

/**
 * All chunks are noted: from now on they may be loaded.
 *
 * @param notes what is to be said of the run as a whole, whatever becomes of its chunks
 */
export const startRun = (
  record: RunRecord,
  chunks: number,
  expected: number | null,
  notes: readonly string[] = []
): RunRecord => {
  const isNoted = record.isNoted === undefined ? {} : { isNoted: true }
  if (record.state === 'opening')
    return { ...record, ...isNoted, state: 'running', chunks, expected, errors: notes }
  // It was cancelled meanwhile: what there is to load is known all the same.
  return record.isNoted === false ? { ...record, ...isNoted, chunks, expected } : record
}

/** Where each state stands: a new one does not compile before it is told here. */
const isRunEnded: Readonly<Record<RunRecord['state'], boolean>> = {
  opening: false,
  running: false,
  complete: true,
  failed: true
}

/** Its chunks are loaded no more. */
export const isRunOver = ({ state }: RunRecord): boolean => isRunEnded[state]

/**
 * Ends a run that somebody cancels, whatever its chunks are at; undefined when it has ended.
 *
 * @param why `by`: the user's name; `notes`: what else is to be said of its end
 */
export const cancelRun = (
  record: RunRecord,
  { by, notes = [] }: { readonly by: string; readonly notes?: readonly string[] },
  nowMs: number
): RunRecord | undefined => {
  const ended = endRun(record, 'failed', [`cancelled by ${by}`, ...notes, ...record.errors], nowMs)
  const isOpeningFirst = record.state === 'opening' && record.generation === 0
  return ended && { ...ended, ...(isOpeningFirst ? { isNoted: false } : {}) }
}

/** A run ends once; whoever ends it owes its event. */
export const endRun = (
  record: RunRecord,
  state: 'complete' | 'failed',
  errors: readonly string[],
  nowMs: number
): RunRecord | undefined =>
  isRunEnded[record.state]
    ? undefined
    : { ...record, state, errors, endedMs: nowMs, isEventDue: true, eventUntilMs: 0 }

/** A redrive opens an ended run again, with other options if it brings some. */
export const reopenRun = (record: RunRecord, options: string | undefined): RunRecord | undefined =>
  !isRunEnded[record.state]
    ? undefined
    : {
        ...record,
        state: 'opening',
        optionsOfRedrive: options ?? record.optionsOfRedrive,
        chunks: 0,
        generation: record.generation + 1,
        endedMs: undefined,
        errors: [],
        isEventDue: false
      }
