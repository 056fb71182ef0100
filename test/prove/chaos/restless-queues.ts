import { once } from 'node:events'
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http'
import { Agent, request as httpsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

const sendTarget = 'AmazonSQS.SendMessage'
const mostHeldMs = 1_500
const mostLateMs = 20_000

/** A proxy on a free port of 127.0.0.1 in front of the emulated AWS, whose queues are as bad as SQS may be. */
export interface RestlessQueues {
  readonly endpoint: string
  /** How many messages went out a second time. */
  readonly doubled: () => number
  /** From now on every message goes out once and at once. */
  calm(): void
  close(): Promise<void>
}

/**
 * Passes every call on as it is. A message that is sent is held for up to 1.5 s, so that others overtake it, and
 * every other one goes out a second time, up to 20 s later.
 */
export const restlessQueues = async (
  engine: string,
  ca: string,
  random: () => number
): Promise<RestlessQueues> => {
  const agent = new Agent({ keepAlive: true, ca })
  const closing = new AbortController()
  const late = new Set<Promise<unknown>>()
  let isCalm = false
  let doubled = 0

  const sendLate = async (request: IncomingMessage, body: Buffer, ms: number): Promise<void> => {
    await wait(ms, undefined, { signal: closing.signal })
    doubled += 1
    await forward(engine, agent, request, body)
  }
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await read(request)
    if (request.headers['x-amz-target'] === sendTarget && !isCalm) {
      if (random() < 0.5) {
        const sent = sendLate(request, body, random() * mostLateMs).catch(() => {})
        late.add(sent)
        sent.finally(() => late.delete(sent))
      }
      await wait(random() * mostHeldMs)
    }
    const { status, headers, body: answered } = await forward(engine, agent, request, body)
    response.writeHead(status, headers)
    response.end(answered)
  }
  const server = createServer((request, response) => {
    response.on('error', () => {})
    answer(request, response).catch(() => response.socket?.resetAndDestroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    doubled: () => doubled,
    calm() {
      isCalm = true
    },
    async close() {
      closing.abort()
      await Promise.all(late)
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      agent.destroy()
    }
  }
}

interface Answer {
  readonly status: number
  readonly headers: OutgoingHttpHeaders
  readonly body: Buffer
}

const read = async (pieces: AsyncIterable<Buffer>): Promise<Buffer> => {
  const read: Buffer[] = []
  for await (const piece of pieces) read.push(piece)
  return Buffer.concat(read)
}

/** The signature covers the host that was asked, so it stays. */
const forward = (engine: string, agent: Agent, from: IncomingMessage, body: Buffer): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { 'transfer-encoding': _, expect: __, connection: ___, ...kept } = from.headers
    const headers = { ...kept, 'content-length': body.length }
    const url = new URL(from.url ?? '/', engine)
    const request = httpsRequest(url, { method: from.method ?? 'GET', agent, headers }, (answer) =>
      read(answer).then((content) => {
        const { 'transfer-encoding': _, connection: __, 'content-length': length, ...rest } = answer.headers
        // The answer to a HEAD tells a length and has no body.
        const told = from.method === 'HEAD' ? length : content.length
        const headers = { ...rest, ...(told === undefined ? {} : { 'content-length': told }) }
        resolve({ status: answer.statusCode ?? 500, headers, body: content })
      }, reject)
    )
    request.on('error', reject)
    request.end(body)
  })
