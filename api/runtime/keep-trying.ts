import { UnknownForm } from '../json/stored-form.ts'
import { backoffMs } from './backoff.ts'
import type { Clock } from './clock.ts'
import { passingFaultMs } from './time-budgets.ts'

const capMs = 5_000

/** Calls again, with back-off, while the fault may pass. @throws the last error, at the deadline at the latest */
export const keepTrying = async <T>(
  clock: Clock,
  deadline: AbortSignal,
  call: () => Promise<T>
): Promise<T> => {
  const startMs = clock.now()
  for (let failures = 1; ; failures += 1) {
    try {
      return await call()
    } catch (error) {
      const mayPass = !(error instanceof UnknownForm)
      if (!mayPass || deadline.aborted || clock.now() - startMs > passingFaultMs) throw error
      await clock.sleep(backoffMs(failures, clock.random, 100, capMs), deadline)
    }
  }
}
