import { change } from '../ledger/ledger-store.ts'
import { type Opening, openRun, type RunRecord, runKey } from '../ledger/run-record.ts'
import type { LoadDeps } from './load-deps.ts'

/**
 * Notes in the ledger that a run is being opened. Harmless when done again.
 *
 * @returns `opened` by this call, the `same` as it was noted before, or `other`: the run exists with another manifest
 */
export const noteOpening = (
  { ledger, clock }: Pick<LoadDeps, 'ledger' | 'clock'>,
  opening: Opening
): Promise<'opened' | 'same' | 'other'> =>
  change<RunRecord, 'opened' | 'same' | 'other'>(ledger, runKey(opening.run), (record) =>
    openRun(record, opening, clock.now())
  )
