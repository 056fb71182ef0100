import type { RowCounts } from '../ledger/row-counts.ts'
import type { RunLook } from './run-look.ts'

/** Where progress is shown: a terminal gets one line that is written over, anything else a line now and then. */
export interface ProgressScreen {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

const barWidth = 20
const terminalMs = 250
const pipedMs = 5_000

/** Share of the run's bytes that has been read; of its chunks, where bytes say nothing. */
const shareOf = ({ bytes, status: { chunks } }: RunLook): number => {
  if (bytes.total > 0) return bytes.done / bytes.total
  return chunks.total === 0 ? 0 : (chunks.settled + chunks.failed) / chunks.total
}

/** Rows that are answered, or that a redrive has brought to their end: those it rejects again are none. */
const answered = (rows: RowCounts): number => rows.read
const brought = ({ read: _, rejected: __, unprocessed: ___, ...ends }: RowCounts): number =>
  Object.values(ends).reduce((sum, count) => sum + (typeof count === 'number' ? count : 0), 0)

const rowsSince = (now: RunLook, before: RunLook | undefined): number => {
  const [rows, earlier] = [now.status.rows, before?.status.rows]
  if (earlier === undefined) return answered(rows)
  return Math.max(answered(rows) - answered(earlier), brought(rows) - brought(earlier))
}

/** Seconds that are left at the pace since `before`; undefined as long as nobody can tell. */
const secondsLeft = (now: RunLook, begun: RunLook | undefined, seconds: number): number | undefined => {
  const [share, from] = [shareOf(now), begun === undefined ? 0 : shareOf(begun)]
  if (seconds < 1 || share <= from || share >= 1) return undefined
  return (seconds * (1 - share)) / (share - from)
}

/** By hand: the first `toLocaleString` of a process takes 25 ms. */
const grouped = (count: number): string => String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',')
const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1)
const clockText = (seconds: number): string => {
  const whole = Math.ceil(seconds)
  const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60]
  const rest = String(whole % 60).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`
}

/**
 * One line on how far a run is: rows, bytes, chunks, pace, time left.
 *
 * @param begun how far it was when this command began
 * @param seconds since then
 */
export const progressText = (now: RunLook, begun: RunLook | undefined, seconds: number): string => {
  const { status, bytes } = now
  const { chunks, throttles } = status
  const left = secondsLeft(now, begun, seconds)
  const pace = Math.round(rowsSince(now, begun) / Math.max(0.1, seconds))
  const parts = [
    `${grouped(answered(status.rows))} rows`,
    ...(bytes.total > 0 ? [`${megabytes(bytes.done)} of ${megabytes(bytes.total)} MB`] : []),
    `${chunks.settled + chunks.failed} of ${chunks.total} chunks`,
    `${grouped(pace)} rows/s`,
    ...(throttles > 0 ? [`${grouped(throttles)} throttles`] : []),
    ...(left === undefined ? [] : [`${clockText(left)} left`]),
    ...(status.state === 'running' ? [] : [status.state])
  ]
  return parts.join(', ')
}

const bar = (share: number): string =>
  `${'█'.repeat(Math.round(share * barWidth)).padEnd(barWidth, '░')} ${String(Math.floor(share * 100)).padStart(3)} %`

/**
 * Shows progress until stopped.
 *
 * @param read how far the run is now; what it throws is not shown
 * @param before how far an earlier command got
 */
export const showProgress = (
  screen: ProgressScreen,
  read: () => Promise<RunLook | undefined>,
  before?: RunLook
): { stop(final: RunLook | undefined): void } => {
  const sinceMs = performance.now()
  const show = (look: RunLook): void => {
    const line = progressText(look, before, (performance.now() - sinceMs) / 1000)
    const written = `${bar(shareOf(look))} ${line}`.slice(0, (screen.columns ?? 200) - 1)
    screen.write(screen.isTTY ? `\r\u001b[2K${written}` : `${line}\n`)
  }
  let isStopped = false
  let isReading = false
  const look = async (): Promise<void> => {
    if (isReading) return
    isReading = true
    const now = await read().catch(() => undefined)
    isReading = false
    if (now && !isStopped) show(now)
  }
  const timer = setInterval(look, screen.isTTY ? terminalMs : pipedMs)
  return {
    stop(final) {
      isStopped = true
      clearInterval(timer)
      if (final) show(final)
      if (screen.isTTY) screen.write('\n')
    }
  }
}
