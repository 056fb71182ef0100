import type { Estimate } from '../ledger/estimate.ts'
import { change } from '../ledger/ledger-store.ts'
import { type RunRecord, runKey, startRun } from '../ledger/run-record.ts'
import { startAuditLine } from './audit-line.ts'
import type { LoadDeps } from './load-deps.ts'
import { startAuditKey } from './run-paths.ts'

/** What an opened run consists of. */
export interface Opened {
  readonly chunks: number
  /** Of the files that are to be loaded. */
  readonly bytes: number
  readonly expected: number | null
  readonly notes: readonly string[]
  readonly estimate?: Estimate | undefined
}

/** All chunks of a generation are noted: they may be loaded, and the audit hears of it. Harmless when done again. */
export const noteRunning = async (
  { ledger, store, clock }: Pick<LoadDeps, 'ledger' | 'store' | 'clock'>,
  { run, generation }: RunRecord,
  { chunks, bytes, expected, notes, estimate }: Opened,
  deadline: AbortSignal
): Promise<void> => {
  const started = await change<RunRecord, RunRecord | undefined>(ledger, runKey(run), (now) => {
    const next = now?.generation === generation ? startRun(now, chunks, expected, notes) : undefined
    const told = next && { ...next, ...(estimate && { estimate }) }
    return { ...(told && { next: told }), answer: told }
  })
  if (started === undefined) return
  const atMs = generation === 0 ? started.openedMs : clock.now()
  const line = startAuditLine(started, { chunks, bytes, atMs })
  await store.write(startAuditKey(run, generation), line, { signal: deadline })
}
