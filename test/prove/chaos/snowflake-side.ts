import { setTimeout as wait } from 'node:timers/promises'
import type { RunStatus } from '../../../api/load/run-status.ts'
import { eventually } from '../../support/eventually.ts'
import {
  batchIdHeader,
  bodyOf,
  type RowAnswer,
  type SnowflakeSession,
  valuesOf
} from '../../support/snowflake-session.ts'

const patienceMs = 420_000

/** One HTTP batch of rows `<prefix>-<n>`. */
export interface Batch {
  readonly id: string
  readonly prefix: string
  readonly rows: number
}

/** Sends a batch as Snowflake does: again with the same id after 429 and 5xx, and polls for what was accepted. */
const answered = async (
  snowflake: SnowflakeSession,
  id: string,
  body: string,
  random: () => number
): Promise<RowAnswer[]> => {
  const deadline = Date.now() + patienceMs
  const options = { credentials: snowflake.credentials, headers: { [batchIdHeader]: id } }
  for (;;) {
    const answer = await snowflake.post('push', body, options).catch(() => ({ status: 500 }) as const)
    if ('body' in answer && answer.status === 200) return valuesOf(answer)
    if (answer.status === 202)
      return valuesOf(await snowflake.poll('push', id, Math.max(0, deadline - Date.now())))
    if ((answer.status < 500 && answer.status !== 429) || Date.now() > deadline)
      throw new Error(`batch ${id} got ${answer.status}`)
    await wait(500 + random() * 1_000)
  }
}

/** What became of the rows of a batch. */
export interface PushedBatch {
  /** Of each row its last answer: `unprocessed` rows are sent again, as the README says they may be. */
  readonly statuses: readonly string[]
  /** Rows that came back `unprocessed`, in all. */
  readonly unprocessed: number
}

/** Pushes a batch, and what comes back `unprocessed` as a batch of its own, until nothing does. */
export const pushed = async (
  snowflake: SnowflakeSession,
  { id, prefix, rows }: Batch,
  random: () => number
): Promise<PushedBatch> => {
  const statuses: string[] = Array(rows).fill('unprocessed')
  let unprocessed = 0
  for (let sent = 0; sent < 10; sent += 1) {
    const open = [...statuses.keys()].filter((n) => statuses[n] === 'unprocessed')
    if (open.length === 0) break
    if (sent > 0) unprocessed += open.length
    const items = open.map((n) => ({ id: `${prefix}-${n}`, n }))
    const body = bodyOf(items, 'orders')
    const answers = await answered(snowflake, `${id}:${sent}`, body, random)
    for (const [at, n] of open.entries()) statuses[n] = answers[at]?.status ?? 'no answer'
  }
  return { statuses, unprocessed }
}

/** @returns undefined while nobody has opened the run */
const statusOf = async (
  snowflake: SnowflakeSession,
  route: string,
  run: string
): Promise<RunStatus | undefined> => {
  const answer = await eventually(
    () => snowflake.post(route, JSON.stringify({ data: [[0, run]] })),
    ({ status }) => status === 200
  )
  return valuesOf<RunStatus | null>(answer)[0] ?? undefined
}

/** Until the run is complete; a chunk over which too many workers died fails it, and a redrive takes that up. */
export const completed = async (
  snowflake: SnowflakeSession,
  run: string
): Promise<readonly [status: RunStatus | undefined, redrives: number]> => {
  const deadline = Date.now() + patienceMs
  for (let redrives = 0; ; await wait(1_000)) {
    const status = await statusOf(snowflake, 'loads/status', run)
    if (status?.state === 'complete' || Date.now() > deadline) return [status, redrives]
    if (status?.state !== 'failed') continue
    redrives += 1
    await statusOf(snowflake, 'loads/redrive', run)
  }
}
