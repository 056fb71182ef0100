import { describe, expect, it, vi } from 'vitest'
import type { Connection } from '../../api/wire/connection.ts'
import { connectionPool } from '../../api/wire/connection-pool.ts'
import type { RequestBuffer } from '../../api/wire/request-buffer.ts'

/** Kernels take requests whole as a rule; connections that do not, as on a slow line, are made here. */
const line = { isSlow: false, answers: [] as Array<() => void> }
const connect = async (): Promise<Connection> => ({
  isOpen: () => true,
  hasSent: () => !line.isSlow,
  exchange: () =>
    new Promise((resolve) => {
      line.answers.push(() => resolve({ keepAliveMs: undefined } as never))
    }),
  rest() {},
  close() {}
})

const signal = new AbortController().signal
/** Starts calls side by side; tells the memory that each was written into. */
const memories = async (pool: ReturnType<typeof connectionPool>, calls: number) => {
  const used: RequestBuffer[] = []
  const done = Array.from({ length: calls }, () =>
    pool.send((buffer) => {
      used.push(buffer)
      return new Uint8Array()
    }, signal)
  )
  await vi.waitUntil(() => line.answers.length === calls)
  for (const answer of line.answers.splice(0)) answer()
  await Promise.all(done)
  return used
}

describe('the memory of requests', () => {
  it('is written to again as soon as a request has left, and not before', async () => {
    const settings = { isTls: false, hostname: 'here', port: 1, connectMs: 1, answerMs: 1, idleMs: 60_000 }
    const pool = connectionPool({ ...settings, mostConnections: 9 }, connect)
    expect(new Set(await memories(pool, 5)).size).toBe(1)
    line.isSlow = true
    const slow = await memories(pool, 5)
    expect(new Set(slow).size).toBe(5)
    // All of it is there for the next ones.
    expect(new Set([...slow, ...(await memories(pool, 5))]).size).toBe(5)
    pool.close()
  })
})
