import { createServer as createTcp, type Socket } from 'node:net'
import { createServer as createTls, type SecureContextOptions } from 'node:tls'

/** One request as it came over the wire. */
export interface RawRequest {
  readonly head: string
  readonly body: string
  /** Counts the requests from 0. */
  readonly nth: number
  /** Counts the connections from 0. */
  readonly connection: number
}

/** The bytes to answer with, and what happens to the connection after that. */
export interface RawReply {
  readonly bytes?: string | Buffer
  readonly after?: 'keep' | 'close' | 'reset'
}

export interface RawService extends AsyncDisposable {
  readonly port: number
  readonly requests: readonly RawRequest[]
  readonly connections: number
  /** The most connections that were open at once. */
  readonly mostOpen: number
  /** Sends bytes on every open connection that nobody asked for. */
  shout(bytes: string): void
  /** When the last connection has ended. */
  empty(): Promise<void>
}

/** A server on a free port of 127.0.0.1 that answers each HTTP request with raw bytes: what no HTTP server would send. */
export const rawService = async (
  script: (request: RawRequest) => RawReply | Promise<RawReply>,
  tls?: SecureContextOptions
): Promise<RawService> => {
  const requests: RawRequest[] = []
  const open = new Set<Socket>()
  let connections = 0
  let mostOpen = 0
  let onEmpty = (): void => {}

  const serve = (socket: Socket): void => {
    const connection = connections
    connections += 1
    open.add(socket)
    mostOpen = Math.max(mostOpen, open.size)
    socket.on('error', () => {})
    socket.on('close', () => {
      open.delete(socket)
      if (open.size === 0) onEmpty()
    })
    let held = Buffer.alloc(0)
    socket.on('data', async (bytes) => {
      held = Buffer.concat([held, bytes])
      const end = held.indexOf('\r\n\r\n')
      if (end < 0) return
      const head = held.toString('latin1', 0, end)
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
      if (held.length < end + 4 + length) return
      const body = held.toString('utf8', end + 4, end + 4 + length)
      held = held.subarray(end + 4 + length)
      const request = { head, body, nth: requests.length, connection }
      requests.push(request)
      const { bytes: answer = '', after = 'keep' } = await script(request)
      if (after === 'reset' && answer === '') return reset(socket)
      socket.write(answer, () => {
        if (after === 'close') socket.end()
        if (after === 'reset') reset(socket)
      })
    })
  }
  const server = tls === undefined ? createTcp(serve) : createTls(tls, serve)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()

  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    requests,
    get connections() {
      return connections
    },
    get mostOpen() {
      return mostOpen
    },
    shout(bytes) {
      for (const socket of open) socket.write(bytes)
    },
    empty: () =>
      open.size === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            onEmpty = resolve
          }),
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

/** A TLS socket cannot send a reset: its end comes as unannounced. */
const reset = (socket: Socket): void =>
  void ('encrypted' in socket ? socket.destroy() : socket.resetAndDestroy())

/** An answer as DynamoDB frames it, with more or other header lines where the test says so. */
export const rawAnswer = (
  body: string | Buffer,
  headers: readonly string[] = [],
  status = '200 OK',
  version = 'HTTP/1.1'
): Buffer => {
  const content = Buffer.from(body)
  const hasLength = headers.some((line) => /^(content-length|transfer-encoding):/i.test(line))
  const lines = [
    `${version} ${status}`,
    'Server: Server',
    'x-amzn-RequestId: RAW',
    'Content-Type: application/x-amz-json-1.0',
    ...(hasLength ? [] : [`Content-Length: ${content.length}`]),
    ...headers
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), content])
}

/** The body in chunks of so many bytes, as `Transfer-Encoding: chunked` has it. */
export const chunked = (body: string | Buffer, size: number): Buffer => {
  const content = Buffer.from(body)
  const parts: Buffer[] = []
  for (let at = 0; at < content.length; at += size) {
    const part = content.subarray(at, at + size)
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'))
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')])
}
