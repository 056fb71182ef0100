import type { ChunkRecord } from '../ledger/chunk-record.ts'
import { type CodeCounts, codesForAudit } from '../ledger/code-counts.ts'
import { unitsWith } from '../ledger/continued-chunk.ts'
import type { JobRecord } from '../ledger/job-record.ts'
import type { RunRecord } from '../ledger/run-record.ts'
import { dollars } from '../runtime/prices.ts'
import { type RunStatus, readAgain, rejectedLeft } from './run-status.ts'

/** The line of a run's start, or of the start of a redrive (`generation` above 0). `bytes` are those in the bucket. */
export const startAuditLine = (
  run: RunRecord,
  started: { readonly chunks: number; readonly bytes: number; readonly atMs: number }
): Uint8Array =>
  line({
    event: 'run_started',
    run: run.run,
    table: run.table,
    generation: run.generation,
    query_id: run.queryId,
    user: run.calledBy,
    at: new Date(started.atMs).toISOString(),
    started_at: new Date(run.openedMs).toISOString(),
    expected: run.expected,
    chunks: started.chunks,
    bytes: started.bytes,
    estimate: run.estimate,
    options: run.optionsOfRedrive ?? run.options
  })

/**
 * The one line of a chunk's end in `audit/`, the same however often it is written. `run_read` and `run_rejected` are
 * what it adds to the run's counts: rows that a redrive reads again were counted before.
 */
export const chunkAuditLine = (run: RunRecord, record: ChunkRecord): Uint8Array => {
  const endedMs = record.endedMs ?? 0
  const startedMs = record.startedMs ?? endedMs
  return line({
    event: record.state === 'settled' ? 'chunk_settled' : 'chunk_failed',
    run: record.run,
    chunk: record.chunk,
    kind: record.kind,
    generation: record.generation,
    table: run.table,
    query_id: run.queryId,
    user: run.calledBy,
    started_at: new Date(startedMs).toISOString(),
    at: new Date(endedMs).toISOString(),
    expected: record.expected,
    bytes: record.bytes,
    ...record.counts,
    run_read: record.counts.read - readAgain(record),
    run_rejected: rejectedLeft(record),
    ...codesForAudit(record.codes ?? {}),
    ...(record.staged ? spentByJob(unitsWith(record)) : spent(unitsWith(record))),
    throttles: record.throttles,
    claims: record.claims,
    seconds: (endedMs - startedMs) / 1000,
    errors: record.errors
  })
}

/** The line of a run's end: its status, and what the status has no place for. */
export const runAuditLine = (
  run: RunRecord,
  status: RunStatus,
  more: { readonly bytes: number; readonly codes: CodeCounts; readonly job?: JobRecord | undefined }
): Uint8Array =>
  line({
    event: 'run_ended',
    generation: run.generation,
    query_id: run.queryId,
    user: run.calledBy,
    started_at: new Date(run.openedMs).toISOString(),
    at: new Date(run.endedMs ?? 0).toISOString(),
    ...status,
    bytes: more.bytes,
    ...codesForAudit(more.codes),
    ...(more.job
      ? { ...spentByJob(status.write_units, more.job), job: toldBy(more.job) }
      : spent(status.write_units))
  })

/** Units, and what they cost by the prices of `runtime/prices.ts`. */
export const spent = (writeUnits: number) => ({
  write_units: writeUnits,
  dollars: Number(dollars({ write_unit: writeUnits }))
})

/** An import is paid by the bytes that it reads; what a bulk put costs is told by nobody, and no dollars are not nought. */
const spentByJob = (writeUnits: number, job?: JobRecord) => ({
  write_units: writeUnits,
  dollars:
    job?.engine === 'import' && job.bytes !== undefined && job.processed !== undefined
      ? Number(dollars({ import_byte: job.bytes }))
      : null
})

const toldBy = ({ engine, arn, processed, failed, imported, bytes }: JobRecord) => ({
  ...{ engine, arn, processed, failed, imported, bytes }
})

const line = (members: Readonly<Record<string, unknown>>): Uint8Array =>
  Buffer.from(`${JSON.stringify(members)}\n`)
