import type { FastifyInstance } from 'fastify'
import { gatewayMs } from '../../runtime/time-budgets.ts'
import type { CallReply, CallRequest, Send } from '../snowflake-caller/send.ts'
import type { HeapClock } from './heap-clock.ts'

const coldStartMs = 300
const turnaroundMs = 40

/**
 * Carries requests to app instances as API Gateway and Lambda do: an instance for each request in work, kept for
 * later ones, 0.3 s to start a new one, 40 ms on the way.
 *
 * @param isShared one instance for all
 */
export const instances = (clock: HeapClock, make: () => FastifyInstance, isShared: boolean): Send => {
  const free: FastifyInstance[] = []
  const one = isShared ? make() : undefined

  const taken = async (): Promise<FastifyInstance> => {
    const app = one ?? free.pop()
    if (app) return app
    const started = make()
    // A first request loads what the others share: work of this machine, not of the simulated one.
    await clock.still(started.inject({ method: 'GET', url: '/health' }))
    await clock.sleep(coldStartMs)
    return started
  }

  const answer = async ({ method, url, headers, body }: CallRequest): Promise<CallReply> => {
    const app = await taken()
    const reply = await app.inject({ method, url, headers, ...(body && { payload: Buffer.from(body) }) })
    if (!one) free.push(app)
    return { status: reply.statusCode, headers: reply.headers, body: reply.rawPayload }
  }

  return async (request) => {
    await clock.sleep(turnaroundMs / 2)
    const reply = await Promise.race([answer(request), clock.sleep(gatewayMs).then(() => timedOut)])
    await clock.sleep(turnaroundMs / 2)
    return reply
  }
}

const timedOut: CallReply = { status: 504, headers: {}, body: Buffer.from('Endpoint request timed out') }
