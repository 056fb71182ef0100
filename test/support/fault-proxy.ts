import { once } from 'node:events'
import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse
} from 'node:http'
import { request as httpsRequest, Agent as SecureAgent } from 'node:https'
import type { AddressInfo } from 'node:net'

/** How one call fares. What is `applied…` reaches the engine; everything else but `pass` and `slow` does not. */
export type Fault =
  | 'pass'
  /** Reaches the engine after all calls that wait behind it: `release()` lets it go. */
  | 'slow'
  | 'throttled'
  | 'provisioned-throughput'
  | 'internal-error'
  | 'reset'
  | 'hang'
  | 'applied-internal-error'
  | 'applied-reset'
  | 'applied-hang'
  | 'applied-garbage'
  | 'applied-empty'
  /** Names a write as unprocessed that the call did not carry. */
  | 'foreign-unprocessed'
  | 'cut-off-answer'
  | 'empty-answer'
  | 'garbage'
  | 'condition-failed'
  | 'denied'
  | 'no-such-table'
  /** The first writes of a BatchWriteItem, or keys of a BatchGetItem, come back as unprocessed. */
  | { readonly unprocessed: number }
  /** DynamoDB refuses the call as a whole. */
  | { readonly invalid: string }

/** One call as the proxy saw it. */
export interface ProxiedCall {
  /** Such as `BatchWriteItem`. */
  readonly operation: string
  readonly body: string
  /** Counts the calls from 0. */
  readonly nth: number
}

export type FaultScript = (call: ProxiedCall) => Fault

/** An HTTP proxy on a free port of 127.0.0.1 in front of a real engine that plays faults. */
export interface FaultProxy {
  readonly endpoint: string
  /** Every call since the last `play`. */
  readonly calls: readonly ProxiedCall[]
  /** Replaces the script and forgets the calls. */
  play(script: FaultScript): void
  /** Lets slow calls through. */
  release(): void
  /** When nothing is on its way to the engine any more. */
  quiet(): Promise<void>
  close(): Promise<void>
}

type Answer = { readonly status: number; readonly headers: OutgoingHttpHeaders; readonly text: string }

const foreignLeft =
  '{"UnprocessedItems":{"orders":[{"DeleteRequest":{"Key":{"id":{"S":"of another call"}}}}]}}'

/** @param ca the certificate to trust, of an engine that speaks TLS */
export const startFaultProxy = async (engine: string, ca?: string): Promise<FaultProxy> => {
  const agent = ca === undefined ? new Agent({ keepAlive: true }) : new SecureAgent({ keepAlive: true, ca })
  const forwards = new Set<Promise<unknown>>()
  let calls: ProxiedCall[] = []
  let script: FaultScript = () => 'pass'
  let waiting: Array<() => void> = []

  const forward = (request: IncomingMessage, body: string): Promise<Answer> => {
    const answer = send(engine, agent, request, body)
    forwards.add(answer)
    const forget = () => forwards.delete(answer)
    answer.then(forget, forget)
    return answer
  }

  const play = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.on('error', () => {})
    const body = await read(request).catch(() => undefined)
    if (body === undefined) return
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? ''
    const call = { operation, body, nth: calls.length }
    calls.push(call)
    const fault = script(call)
    const pass = async (text = body) => reply(response, await forward(request, text))

    if (typeof fault === 'object') {
      if ('invalid' in fault) return refuse(response, 400, 'ValidationException', fault.invalid)
      const cut = withoutFirst(operation, body, fault.unprocessed)
      if (cut.isAll) return reply(response, { status: 200, headers: awsHeaders, text: cut.answer('{}') })
      const answer = await forward(request, cut.body)
      return reply(response, {
        ...answer,
        text: answer.status === 200 ? cut.answer(answer.text) : answer.text
      })
    }
    if (fault === 'slow') await new Promise<void>((resolve) => waiting.push(resolve))
    if (fault === 'pass' || fault === 'slow') return pass()
    if (fault.startsWith('applied') || fault === 'cut-off-answer') await forward(request, body)
    switch (fault) {
      case 'throttled':
        return refuse(response, 400, 'ThrottlingException', 'slow down', keyRange)
      case 'provisioned-throughput':
        return refuse(response, 400, 'ProvisionedThroughputExceededException', 'slow down', keyRange)
      case 'internal-error':
      case 'applied-internal-error':
        return refuse(response, 500, 'InternalServerError', 'internal error')
      case 'reset':
      case 'applied-reset':
        return void response.socket?.resetAndDestroy()
      case 'cut-off-answer':
        response.writeHead(200, { ...awsHeaders, 'content-length': 100 })
        return void response.write('{"Unprocessed', () => response.socket?.resetAndDestroy())
      case 'hang':
      case 'applied-hang':
        return
      case 'garbage':
      case 'applied-garbage':
        return reply(response, { status: 200, headers: {}, text: '<html>secret row</html>' })
      case 'empty-answer':
      case 'applied-empty':
        return reply(response, { status: 200, headers: {}, text: '' })
      case 'foreign-unprocessed':
        return reply(response, { status: 200, headers: awsHeaders, text: foreignLeft })
      case 'condition-failed':
        return refuse(response, 400, 'ConditionalCheckFailedException', 'The conditional request failed')
      case 'denied':
        return refuse(response, 400, 'AccessDeniedException', 'User is not authorized')
      case 'no-such-table':
        return refuse(response, 400, 'ResourceNotFoundException', 'Requested resource not found')
      default:
        return fault satisfies never
    }
  }
  const server = createServer((request, response) => {
    // An engine that does not answer is a lost answer for the caller, too.
    play(request, response).catch(() => response.socket?.resetAndDestroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  const release = (): void => {
    for (const go of waiting) go()
    waiting = []
  }
  return {
    endpoint: `http://127.0.0.1:${port}`,
    get calls() {
      return calls
    },
    play(next) {
      script = next
      calls = []
    },
    release,
    async quiet() {
      while (forwards.size > 0) await Promise.allSettled(forwards)
    },
    async close() {
      release()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      agent.destroy()
    }
  }
}

const awsHeaders = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'fault-proxy' }
const keyRange = {
  ThrottlingReasons: [{ reason: 'TableWriteKeyRangeThroughputExceeded', resource: 'arn' }],
  throttlingReasons: [{ reason: 'TableWriteKeyRangeThroughputExceeded', resource: 'arn' }]
}

const read = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts).toString()
}

const send = (engine: string, agent: Agent, from: IncomingMessage, body: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const headers = { ...from.headers, 'content-length': Buffer.byteLength(body), connection: 'keep-alive' }
    const request = (agent instanceof SecureAgent ? httpsRequest : httpRequest)(
      engine,
      { method: from.method ?? 'POST', agent, headers },
      (answer) =>
        read(answer).then((text) => {
          const { 'content-length': _, connection: __, 'x-amz-crc32': ___, ...kept } = answer.headers
          resolve({ status: answer.statusCode ?? 500, headers: kept, text })
        }, reject)
    )
    request.on('error', reject)
    request.end(body)
  })

const reply = (response: ServerResponse, { status, headers, text }: Answer): void => {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) })
  response.end(text)
}

const refuse = (response: ServerResponse, status: number, type: string, message: string, more = {}): void =>
  reply(response, {
    status,
    headers: awsHeaders,
    text: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message, ...more })
  })

/** A batch call without its first members, and how its answer names them as unprocessed. */
const withoutFirst = (operation: string, body: string, count: number) => {
  const call = JSON.parse(body)
  const [table = ''] = Object.keys(call.RequestItems)
  const asked = call.RequestItems[table]
  const isRead = operation === 'BatchGetItem'
  const members: readonly unknown[] = isRead ? asked.Keys : asked
  const wrap = (part: readonly unknown[]) => ({ [table]: isRead ? { ...asked, Keys: part } : part })
  const left = count > 0 ? wrap(members.slice(0, count)) : {}
  return {
    isAll: count >= members.length,
    body: JSON.stringify({ ...call, RequestItems: wrap(members.slice(count)) }),
    answer: (text: string) =>
      JSON.stringify({
        ...(isRead ? { Responses: { [table]: [] } } : {}),
        ...JSON.parse(text),
        [isRead ? 'UnprocessedKeys' : 'UnprocessedItems']: left
      })
  }
}
