import type { RunStatus } from '../load/run-status.ts'

/** Where progress is shown: a terminal gets one line that is written over, anything else a line now and then. */
export interface ProgressScreen {
  readonly isTTY?: boolean
  write(text: string): unknown
}

const progressBar = ({ chunks }: RunStatus): string => {
  const share = chunks.total === 0 ? 0 : (chunks.settled + chunks.failed) / chunks.total
  return '█'.repeat(Math.round(share * 20)).padEnd(20, '░')
}

/** One line on how far a run is. @param seconds since it was begun here */
const progressLine = ({ chunks, rows, throttles, state }: RunStatus, seconds: number): string => {
  const perSecond = Math.round(rows.read / Math.max(0.1, seconds))
  return (
    `${grouped(rows.read)} rows, ${chunks.settled + chunks.failed} of ${chunks.total} chunks, ` +
    `${grouped(perSecond)} rows/s, ${grouped(throttles)} throttles, ${state}`
  )
}

const grouped = (count: number): string => count.toLocaleString('en-US')

const terminalMs = 250
const pipedMs = 5_000

/**
 * Shows progress until stopped.
 *
 * @param read the status now; what it throws is not shown
 */
export const showProgress = (
  screen: ProgressScreen,
  read: () => Promise<RunStatus | undefined>
): { stop(final: RunStatus | undefined): void } => {
  const sinceMs = Date.now()
  const show = (status: RunStatus): void => {
    const line = progressLine(status, (Date.now() - sinceMs) / 1000)
    screen.write(screen.isTTY ? `\r\u001b[2K${progressBar(status)} ${line}` : `${line}\n`)
  }
  let isStopped = false
  let isReading = false
  const timer = setInterval(
    async () => {
      if (isReading) return
      isReading = true
      const status = await read().catch(() => undefined)
      isReading = false
      if (status && !isStopped) show(status)
    },
    screen.isTTY ? terminalMs : pipedMs
  )
  return {
    stop(final) {
      isStopped = true
      clearInterval(timer)
      if (final) show(final)
      if (screen.isTTY) screen.write('\n')
    }
  }
}
