import { checkpointChunk } from '../../ledger/chunk-record.ts'
import { countCodes } from '../../ledger/code-counts.ts'
import { addTotals, type DryTotals, noTotals } from '../../ledger/estimate.ts'
import { addCounts, countRows, noRows, type RowCounts } from '../../ledger/row-counts.ts'
import { stageRows } from '../../ledger/staged-chunk.ts'
import { leaseMs } from '../../runtime/time-budgets.ts'
import { backoffPace } from '../../write/pace.ts'
import { chunkRowsOf } from '../chunk-rows-of.ts'
import { isGoingOn } from '../is-going-on.ts'
import type { LoadDeps } from '../load-deps.ts'
import { loadSlice, type SliceOutcome } from '../load-slice.ts'
import { sliceContext } from '../planned-reading.ts'
import { packRejectedRows, type RejectedRow } from '../rejected-rows.ts'
import { rejectedPartKey, stagedKeys } from '../run-paths.ts'
import { maxSliceBytes, maxSliceRows, slicesOf } from '../slices-of.ts'
import { textTerms } from '../text-terms.ts'
import type { RowsEnd, Visit } from '../visit.ts'
import { schemasFor } from './import-tables.ts'
import { type StagedGroup, stagedGroup } from './staged-group.ts'
import { stagingWriter } from './staging-writer.ts'

type Answered = Extract<SliceOutcome, { kind: 'answered' }>

/** Slices that are kept together until they are worth an object. */
interface Open {
  readonly group: StagedGroup
  readonly rejected: RejectedRow[]
  counts: RowCounts
  dry: DryTotals | undefined
  rowsDone: number
}

const opened = (rowsDone: number): Open => ({
  group: stagedGroup(),
  rejected: [],
  counts: noRows,
  dry: undefined,
  rowsDone
})

/** More rows without an object would be too many to do again. */
const mostOpenRows = 50_000

/**
 * The rows of a held chunk from its checkpoint on, as objects for the job of its run: the same slices, plans and
 * rejects as those of our own workers, and items in place of writes.
 */
export const stageChunk = async (
  deps: LoadDeps,
  { run, options, held }: Omit<Visit, 'worker'>,
  deadline: AbortSignal
): Promise<RowsEnd> => {
  const { clock, store } = deps
  const warnings: string[] = []
  const terms = { run, chunk: held.record().chunk, text: textTerms(run, held.record(), options) }
  const rows = chunkRowsOf(store, held.record(), options, {
    signal: deadline,
    warn: (said) => warnings.push(said)
  })
  const files = { items: 0, rejected: 0 }
  let open = opened(held.record().rowsDone)
  const schemas = schemasFor(deps, run, options.engine)
  const staging = stagingWriter({ schemas, clock }, (write) => open.group.add(write))
  const paceFor = () => backoffPace(clock)

  const flush = async (): Promise<boolean> => {
    const done = open
    open = opened(done.rowsDone)
    if (done.rowsDone === held.record().rowsDone) return !deadline.aborted
    await writeObjects(deps, { run, held, done, files })
    const { counts, rejected, group, rowsDone } = done
    files.items += group.rows() > 0 ? 1 : 0
    files.rejected += rejected.length > 0 ? 1 : 0
    const { chunk, errors } = held.record()
    const progress = {
      ...{ rowsDone, counts, writeUnits: 0, throttles: 0, reasons: {} },
      files: files.rejected,
      codes: countCodes(chunk, rejected),
      dry: done.dry,
      errors: warnings.splice(0).filter((error) => !errors.includes(error))
    }
    const isHeld = await held.write((now) =>
      stageRows(checkpointChunk(now, progress, clock.now(), leaseMs), group, files.items)
    )
    return isHeld !== undefined && (await isGoingOn(deps.ledger, run)) && !deadline.aborted
  }

  const add = ({ results, rejected, dry }: Answered, rowsDone: number): void => {
    const counts = countRows(results)
    // What lies ready is neither read nor written yet.
    const { written } = counts
    open.counts = addCounts(open.counts, { ...counts, read: counts.read - written, written: 0 })
    open.rejected.push(...rejected)
    open.dry = dry && addTotals(open.dry ?? noTotals, dry)
    open.rowsDone = rowsDone
  }

  try {
    for await (const slice of slicesOf(rows, () => wholeSlice)) {
      if (slice.length === 0) {
        if (deadline.aborted || !(await held.renew())) return 'handed_on'
        continue
      }
      const context = sliceContext(terms, clock.now())
      const outcome = await loadSlice(
        { clock, writer: staging, paceFor },
        { run, held },
        { rows: slice, options: options.rows, context, isMaybeTaken: false },
        deadline
      )
      if (outcome.kind === 'failed') return outcome
      if (outcome.kind === 'interrupted') return 'handed_on'
      add(outcome, (slice.at(-1)?.rowNumber ?? 0) + 1)
      const isLarge = open.group.isFull() || open.rowsDone - held.record().rowsDone >= mostOpenRows
      if ((isLarge || deadline.aborted) && !(await flush())) return 'handed_on'
    }
    return (await flush()) ? 'done' : 'handed_on'
  } catch (error) {
    if (deadline.aborted) return 'handed_on'
    throw error
  }
}

const wholeSlice = { rows: maxSliceRows, bytes: maxSliceBytes }

/** What is counted by a checkpoint lies in the bucket before it; files of a claim are numbered without gaps. */
const writeObjects = async (
  { store }: Pick<LoadDeps, 'store'>,
  { run, held, done, files }: Written,
  claim = held.record().claims
): Promise<void> => {
  const { chunk, generation } = held.record()
  if (done.group.rows() > 0) {
    const { items, keys } = await done.group.pack()
    const names = stagedKeys(run.run, chunk, generation, { claim, file: files.items })
    await store.write(names.keys, keys)
    await store.write(names.items, items)
  }
  if (done.rejected.length > 0) {
    const key = rejectedPartKey(run.run, chunk, generation, { claim, file: files.rejected })
    await store.write(key, await packRejectedRows(done.rejected))
  }
}

interface Written extends Pick<Visit, 'run' | 'held'> {
  readonly done: Open
  readonly files: { readonly items: number; readonly rejected: number }
}
