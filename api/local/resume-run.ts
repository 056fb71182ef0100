import { isRunName } from '../decode/manifest.ts'
import { queueMessage } from '../decode/queue-message.ts'
import { type ChunkRecord, chunkPrefix, releaseChunk } from '../ledger/chunk-record.ts'
import { change } from '../ledger/ledger-store.ts'
import { runKey } from '../ledger/run-record.ts'
import type { LoadDeps } from '../load/load-deps.ts'
import { requestRedrive } from '../load/redrive.ts'
import { manifestKey } from '../load/run-paths.ts'

/**
 * A redrive on this machine, where one process at a time has the bucket: whoever has claimed chunks of the run is
 * dead, so nobody waits for leases; and a run whose opening was cut off is opened now. Who asks for it knows how the
 * earlier processes died, so that does not count against a chunk.
 *
 * @param options JSON text that replaces the run's options, or undefined
 */
export const resumeRun = async (
  deps: Pick<LoadDeps, 'ledger' | 'queue' | 'store' | 'clock'>,
  run: string,
  options: string | undefined
): Promise<'reopened' | 'running' | 'unknown'> => {
  for await (const chunk of deps.ledger.list<ChunkRecord>(runKey(run).pk, chunkPrefix))
    if (chunk.state === 'loading')
      await change<ChunkRecord, void>(deps.ledger, chunk, (now) => ({
        ...(now?.state === 'loading' && { next: { ...releaseChunk(now), idleClaims: 0 } }),
        answer: undefined
      }))
  const asked = await requestRedrive(deps, run, options)
  if (asked !== 'unknown' || !isRunName(run) || !(await deps.store.head(manifestKey(run)))) return asked
  await deps.queue.send(queueMessage({ kind: 'run', run }))
  return 'running'
}
