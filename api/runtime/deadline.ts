import type { Clock } from './clock.ts'

import { answerReserveMs } from './time-budgets.ts'

/**
 * The signal at which work on a batch stops so that its answer still leaves.
 *
 * @param workMs `PUSH_DEADLINE_MS`
 * @param remainingMs what Lambda says it has left, or undefined elsewhere
 * @param stopping strikes when the process is told to end
 */
export const deadlineSignal = (
  clock: Pick<Clock, 'deadline'>,
  workMs: number,
  remainingMs: number | undefined,
  stopping: AbortSignal | undefined
): AbortSignal => {
  const most = remainingMs === undefined ? workMs : Math.min(workMs, remainingMs - answerReserveMs)
  const timeout = clock.deadline(Math.max(0, most))
  return stopping ? AbortSignal.any([timeout, stopping]) : timeout
}
