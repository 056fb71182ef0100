import type { Send } from '../snowflake-caller/send.ts'

/** What went over the wire. */
export interface Traffic {
  /** The same carrier, watched. */
  watched(send: Send): Send
  /** Replies by method and status, such as `POST 202`. */
  readonly replies: Readonly<Record<string, number>>
  batches(): number
  /** Batches that got no answer. */
  failedBatches(): number
  /** From the 202 of a batch to its answer. */
  longestPollMs(): number
}

export const traffic = (now: () => number): Traffic => {
  const replies: Record<string, number> = {}
  const acceptedAt = new Map<string, number>()
  const batches = new Set<string>()
  const answered = new Set<string>()
  let longestMs = 0
  return {
    replies,
    batches: () => batches.size,
    failedBatches: () => batches.size - answered.size,
    longestPollMs: () => longestMs,
    watched: (send) => async (request) => {
      const batchId = request.headers['sf-external-function-query-batch-id'] ?? ''
      batches.add(batchId)
      const reply = await send(request)
      const name = `${request.method} ${reply.status}`
      replies[name] = (replies[name] ?? 0) + 1
      if (reply.status === 200) answered.add(batchId)
      if (request.method === 'POST' && reply.status === 202) acceptedAt.set(batchId, now())
      const since = acceptedAt.get(batchId)
      if (request.method === 'GET' && reply.status === 200 && since !== undefined) {
        longestMs = Math.max(longestMs, now() - since)
        acceptedAt.delete(batchId)
      }
      return reply
    }
  }
}
