import { change } from '../ledger/ledger-store.ts'
import { endRun, type Opening, type RunRecord, runKey } from '../ledger/run-record.ts'
import { sha256 } from '../runtime/sha256.ts'
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
  const opened = await noteOpening(deps, opening)
  if (opened === 'other') return refuseManifest(deps, opening, deadline)
  const shown = errors.slice(0, mostErrors)
  if (errors.length > shown.length) shown.push(`and ${errors.length - shown.length} more`)
  await failOpened(deps, opening.run, { errors: shown, mayStartAgain: false }, deadline)
}

/**
 * A run that is noted as being opened fails.
 *
 * @param why `mayStartAgain`: another call can take the reason away
 */
export const failOpened = async (
  deps: LoadDeps,
  run: string,
  { errors, mayStartAgain }: { readonly errors: readonly string[]; readonly mayStartAgain: boolean },
  deadline: AbortSignal
): Promise<void> => {
  const { ledger, clock } = deps
  await change<RunRecord, void>(ledger, runKey(run), (record) => {
    const next = record?.state === 'opening' ? endRun(record, 'failed', errors, clock.now()) : undefined
    return { ...(next && { next: { ...next, mayStartAgain } }), answer: undefined }
  })
  await endIfLast(deps, run, deadline)
}

const refusedRun = ({ run, manifest }: Opening): string => `refused-${sha256(run, manifest).slice(0, 16)}`

export const refusedText = (run: string): string =>
  `the run ${run} exists with another manifest, so this one was not loaded: unload it again under another run name`

/**
 * A manifest came for a run that has another one. It is noted as a run of its own that has failed, so that whoever
 * looks at runs, their events or their audit hears of it.
 */
export const refuseManifest = async (
  deps: LoadDeps,
  opening: Opening,
  deadline: AbortSignal
): Promise<void> => {
  const refused = refusedRun(opening)
  deps.log({ event: 'manifest_refused', run: opening.run, refused })
  await noteOpening(deps, { ...opening, run: refused })
  await failOpened(deps, refused, { errors: [refusedText(opening.run)], mayStartAgain: false }, deadline)
}
