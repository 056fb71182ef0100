import type { CallReply, Send } from './send.ts'

/** API Gateway's default time limit as Snowflake's docs name it. */
export const gatewayLimitMs = 30_000

const gaveUp: CallReply = {
  status: 504,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from('{"message": "Endpoint request timed out"}')
}

/**
 * Stands where API Gateway stands: after `limitMs` the caller gets a 504, while the service works on with the request it
 * has. That is how two attempts at one batch come to overlap, so the first one is not cut off here.
 * The limit is real time, not the clock of a simulation; a `send` with a clock of its own keeps its own limit.
 * https://github.com/Snowflake-Labs/geff/issues/45
 */
export const gateway =
  (send: Send, limitMs: number = gatewayLimitMs): Send =>
  async (request) => {
    const limit = Promise.withResolvers<CallReply>()
    const timer = setTimeout(() => limit.resolve(gaveUp), limitMs)
    try {
      return await Promise.race([send(request), limit.promise])
    } finally {
      clearTimeout(timer)
    }
  }
