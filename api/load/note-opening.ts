import { change } from '../ledger/ledger-store.ts'
import { type Opening, openRun, type RunRecord, runKey, startByCall } from '../ledger/run-record.ts'
import type { LoadDeps } from './load-deps.ts'
import { listRun } from './open-runs.ts'

/**
 * Notes in the ledger that a run is being opened. Harmless when done again.
 *
 * @returns `opened` by this call, the `same` as it was noted before, or `other`: the run exists with another manifest
 */
export const noteOpening = async (
  { ledger, clock }: Pick<LoadDeps, 'ledger' | 'clock'>,
  opening: Opening
): Promise<'opened' | 'same' | 'other'> => {
  await listRun(ledger, opening.run, clock.now())
  return change<RunRecord, 'opened' | 'same' | 'other'>(ledger, runKey(opening.run), (record) =>
    openRun(record, opening, clock.now())
  )
}

/**
 * Notes that a call has started a run, before anything of it lies in the bucket. Harmless when done again.
 *
 * @returns `started`: its message is to be sent; `known`: it goes on or is over; `other`: it has another manifest
 */
export const noteStart = async (
  { ledger, clock }: Pick<LoadDeps, 'ledger' | 'clock'>,
  opening: Opening
): Promise<'started' | 'known' | 'other'> => {
  await listRun(ledger, opening.run, clock.now())
  return change<RunRecord, 'started' | 'known' | 'other'>(ledger, runKey(opening.run), (record) =>
    startByCall(record, opening, clock.now())
  )
}
