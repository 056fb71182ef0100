import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

/** One request as the service saw it. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** The body as it came over the wire. */
  readonly bytes: Buffer
  /** The body as text, unpacked if it was gzip. */
  readonly text: string
}

/** How to answer: `reset` breaks the connection, `silence` never answers. Status 200 and an empty body by default. */
export type ScriptedReply =
  | 'reset'
  | 'silence'
  | {
      readonly status?: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string | Uint8Array
    }

/** @param nth counts the service's requests from 0. */
export type Script = (seen: Seen, nth: number) => ScriptedReply | Promise<ScriptedReply>

export interface ScriptedService extends AsyncDisposable {
  readonly url: string
  readonly seen: readonly Seen[]
}

/** A real HTTP server on a free port of 127.0.0.1 that answers as the script says and remembers what it saw. */
export const scriptedService = async (script: Script): Promise<ScriptedService> => {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const bytes = Buffer.concat(parts)
    const packed = bytes[0] === 0x1f && bytes[1] === 0x8b
    const text = (packed ? gunzipSync(bytes) : bytes).toString('utf8')
    const { method = '', url = '', headers } = request
    const each = { method, path: url, headers, bytes, text }
    seen.push(each)
    answer(response, await script(each, seen.length - 1))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

const answer = (response: ServerResponse, reply: ScriptedReply): void => {
  if (reply === 'silence') return
  if (reply === 'reset') {
    response.socket?.resetAndDestroy()
    return
  }
  response.writeHead(reply.status ?? 200, reply.headers)
  response.end(reply.body)
}

/** The answer that gives each row its own arguments back, as an array, every digit untouched. */
export const echo = ({ text }: Pick<Seen, 'text'>): { readonly body: string } => {
  const rows = text.split('\n').filter((line) => line.startsWith('['))
  const answers = rows.map((row) => row.replace(/^\[(\d+),(.*)\],?$/, '[$1,[$2]]'))
  return { body: `{"data":[${answers.join(',')}]}` }
}
