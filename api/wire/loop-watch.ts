import { performance } from 'node:perf_hooks'

/**
 * How busy this process was since it was asked last.
 * https://nodejs.org/docs/latest-v24.x/api/perf_hooks.html#performanceeventlooputilizationutilization1-utilization2
 *
 * @returns from 0, it waited all the time, to 1
 */
export const loopWatch = (): (() => number) => {
  let before = performance.eventLoopUtilization()
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    return utilization
  }
}
