import type { RunStatus } from '../../api/load/run-status.ts'
import type { JobFaults, SentItem } from './bulk-operations.ts'
import type { ImportFaults } from './table-imports.ts'

/** One run of an engine: how its job goes, what the run comes to at first, and by what options it goes on. */
export interface Fault {
  readonly engine: 'bulk_put' | 'import'
  readonly name: string
  readonly faults: JobFaults & ImportFaults
  readonly first: (status: RunStatus) => boolean
  readonly isCancelled?: boolean
  readonly options?: object
  /** Of the redrive; those of the run unless told. */
  readonly again?: object
  /** Jobs that DynamoDB begins before the redrive. */
  readonly begins?: number
}

const isWhole = ({ state }: RunStatus): boolean => state === 'complete'
const isOpen = ({ state, rows: all }: RunStatus): boolean =>
  state === 'failed' && all.written === 0 && all.unprocessed > 0
const refuse = ({ id }: SentItem) =>
  /[37]77$/.test(String(id?.S)) ? 'Type mismatch for Index key n' : undefined
const repeated: JobFaults = {
  lostStarts: 2,
  refusedStarts: { name: 'LimitExceededException', times: 1 }
}

export const bulkPutFaults: readonly Fault[] = (
  [
    { name: 'no_fault', faults: {}, first: isWhole },
    { name: 'partial_failure', faults: { refuse }, first: isWhole },
    { name: 'token_repeated', faults: repeated, first: isWhole },
    { name: 'report_missing', faults: { refuse, report: 'missing' }, first: isOpen },
    { name: 'job_failed', faults: { failsAfter: 777 }, first: isOpen },
    { name: 'cancelled', faults: { looks: 1_000 }, first: isOpen, isCancelled: true }
  ] as const
).map((one) => ({ engine: 'bulk_put', ...one }))

/** Tables of the proof that an import may make; each is the name of its run, too. */
export const imported = [
  'import_no_fault',
  'import_token_repeated',
  'import_errors',
  'import_job_failed',
  'import_key_twice',
  'import_exists_meanwhile',
  'import_cancelled'
] as const

/** What has failed goes on by our own workers where the table is there, by an import where it is not. */
export const importFaults = (newTable: (name: string) => Promise<void>): readonly Fault[] => {
  const byName: Readonly<Record<(typeof imported)[number], Omit<Fault, 'engine' | 'name'>>> = {
    import_no_fault: { faults: {}, first: isWhole },
    import_token_repeated: { faults: repeated, first: isWhole },
    import_errors: { faults: { refuse }, first: isOpen, again: {} },
    import_job_failed: { faults: { failsAfter: 777 }, first: isOpen, again: {} },
    import_key_twice: {
      // Numbers of rows come again in every chunk.
      ...{ faults: {}, first: isOpen, begins: 0, options: { keys: { id: 'n{n}' } } },
      again: { engine: 'import' }
    },
    import_exists_meanwhile: {
      faults: { before: () => newTable('import_exists_meanwhile') },
      ...{ first: isOpen, begins: 0, again: {} }
    },
    import_cancelled: { faults: { looks: 4 }, first: isOpen, isCancelled: true, again: {} }
  }
  return imported.map((name) => ({ engine: 'import', name, ...byName[name] }))
}
