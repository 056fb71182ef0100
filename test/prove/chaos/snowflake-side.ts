import { setTimeout as wait } from 'node:timers/promises'
import type { RunStatus } from '../../../api/load/run-status.ts'
import { eventually } from '../../support/eventually.ts'
import {
  batchIdHeader,
  type RowAnswer,
  rowsOf,
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
export const pushed = async (
  snowflake: SnowflakeSession,
  { id, prefix, rows }: Batch,
  random: () => number
): Promise<RowAnswer[]> => {
  const deadline = Date.now() + patienceMs
  const options = { credentials: snowflake.credentials, headers: { [batchIdHeader]: id } }
  const body = rowsOf(rows, prefix)
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
