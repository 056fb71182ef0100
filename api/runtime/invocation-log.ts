import type { Log } from './log.ts'

/** A log whose lines say which invocation of the Lambda wrote them. */
export interface InvocationLog {
  readonly log: Log
  /** An invocation begins; an instance has one at a time. */
  readonly during: (requestId: string) => void
}

/**
 * Adds `requestId` to every line, which the access log of the API holds as `functionRequestId`, and `coldStart` to
 * those of an instance's first invocation.
 */
export const invocationLog = (log: Log): InvocationLog => {
  let invocations = 0
  let requestId: string | undefined
  return {
    log: (line) => log({ ...line, requestId, ...(invocations === 1 ? { coldStart: true } : {}) }),
    during(id) {
      invocations += 1
      requestId = id
    }
  }
}
