import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** How one answer ends: whole, its connection cut after so many bytes, or silent after so many. */
export type Ending = 'whole' | { readonly cutAfter: number } | { readonly silentAfter: number }

export interface BreakingStore extends AsyncDisposable {
  readonly url: string
  /** The Range header of each GET, `whole` where it had none. */
  readonly ranges: readonly string[]
}

/**
 * S3's GET for one object on a free port of 127.0.0.1, with Range and If-Match, over connections that break as told;
 * from the end of the list on nothing breaks. @param replaceAfter from this GET on the object has another ETag
 */
export const breakingStore = async (
  content: Uint8Array,
  endings: readonly Ending[],
  replaceAfter = Number.POSITIVE_INFINITY
): Promise<BreakingStore> => {
  const ranges: string[] = []
  const server = createServer((request, response) => {
    const nth = ranges.push(request.headers.range ?? 'whole') - 1
    const etag = nth >= replaceAfter ? '"new"' : '"old"'
    const expected = request.headers['if-match']
    if (expected !== undefined && expected !== etag) {
      response.writeHead(412).end('<Error><Code>PreconditionFailed</Code></Error>')
      return
    }
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
    const part = from === undefined ? content : content.subarray(Number(from), Number(to) + 1)
    response.writeHead(from === undefined ? 200 : 206, { etag, 'content-length': part.length })
    send(response, part, endings[nth] ?? 'whole')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ranges,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

const send = (response: ServerResponse, part: Uint8Array, ending: Ending): void => {
  if (ending === 'whole') response.end(part)
  else if ('cutAfter' in ending)
    response.write(part.subarray(0, ending.cutAfter), () => response.socket?.destroySoon())
  else response.write(part.subarray(0, ending.silentAfter))
}
