import { isRunOver, type RunRecord, runKey } from '../ledger/run-record.ts'
import type { LoadDeps } from './load-deps.ts'

/** Whether the run is as it was when the visit began; it may have been cancelled, and redriven since. */
export const isGoingOn = async (ledger: LoadDeps['ledger'], run: RunRecord): Promise<boolean> => {
  const now = await ledger.get<RunRecord>(runKey(run.run))
  return now !== undefined && now.generation === run.generation && !isRunOver(now)
}
