import { change } from '../ledger/ledger-store.ts'
import { endRun, type Opening, type RunRecord, runKey } from '../ledger/run-record.ts'
import { endIfLast } from './end-run.ts'
import type { LoadDeps } from './load-deps.ts'
import { noteOpening } from './note-opening.ts'

const mostErrors = 5

/** The run fails before it began: nothing is loaded, and its errors say why. */
export const failOpening = async (
  deps: LoadDeps,
  opening: Opening,
  errors: readonly string[],
  deadline: AbortSignal
): Promise<void> => {
  const { ledger, clock } = deps
  const shown = errors.slice(0, mostErrors)
  if (errors.length > shown.length) shown.push(`and ${errors.length - shown.length} more`)
  const opened = await noteOpening(deps, opening)
  if (opened === 'other') {
    deps.log({ event: 'manifest_refused', run: opening.run, reason: 'the run exists with another manifest' })
    return
  }
  await change<RunRecord, void>(ledger, runKey(opening.run), (record) => {
    const next = record?.state === 'opening' ? endRun(record, 'failed', shown, clock.now()) : undefined
    return { ...(next && { next }), answer: undefined }
  })
  await endIfLast(deps, opening.run, deadline)
}
