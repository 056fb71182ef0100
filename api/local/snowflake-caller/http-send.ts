import { Agent, type IncomingMessage, request as openRequest } from 'node:http'
import { maxAnswerBytes } from './read-reply.ts'
import type { CallReply, Send } from './send.ts'

// A Lambda may work on for 15 minutes after the gateway gave up on it; then nobody will answer any more.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html
const silenceMs = 900_000

/** A `Send` over node:http with kept-alive connections, and how to drop them. Plain `http:` URLs only. */
export const httpSend = (): { readonly send: Send; close(): void } => {
  const agent = new Agent({ keepAlive: true })

  const send: Send = ({ method, url, headers, body, signal }) =>
    new Promise<CallReply>((resolve, reject) => {
      const request = openRequest(url, { method, headers, agent, signal, timeout: silenceMs })
      request.on('response', (response) => {
        const { statusCode = 0, headers } = response
        readBody(response).then((bytes) => resolve({ status: statusCode, headers, body: bytes }), reject)
      })
      request.on('timeout', () => request.destroy(new Error(`no answer within ${silenceMs} ms`)))
      request.on('error', reject)
      request.end(body)
    })

  return { send, close: () => agent.destroy() }
}

/** Stops reading at the first byte too many: who reads the answer sees that it is over the limit. */
const readBody = async (response: IncomingMessage): Promise<Uint8Array> => {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response as AsyncIterable<Uint8Array>) {
    parts.push(part)
    bytes += part.byteLength
    if (bytes > maxAnswerBytes) break
  }
  return Buffer.concat(parts)
}
