import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** How a part fares: stored, refused for good, or never answered. */
export type PartEnd = 'stored' | 'refused' | 'silent'

export interface PartsService extends AsyncDisposable {
  readonly url: string
  /** What is there, by key. */
  readonly objects: ReadonlyMap<string, Buffer>
  /** `PUT object`, `POST uploads`, `PUT part 1`, `DELETE upload`, in order of their arrival. */
  readonly calls: readonly string[]
  /** Uploads that are neither whole nor taken back. */
  readonly openUploads: () => number
  /** Parts that were under way at the same time, at most. */
  readonly mostParts: () => number
}

/** S3's calls that write an object, whole or in parts, on a free port of 127.0.0.1; a part takes a few ms. */
export const partsService = async (
  endOf: (part: number) => PartEnd = () => 'stored'
): Promise<PartsService> => {
  const objects = new Map<string, Buffer>()
  const uploads = new Map<string, Map<number, Buffer>>()
  const calls: string[] = []
  let [underWay, most, named] = [0, 0, 0]

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost')
    const key = decodeURIComponent(pathname.split('/').slice(2).join('/'))
    const [upload, part] = [searchParams.get('uploadId'), searchParams.get('partNumber')]
    const what = part
      ? `part ${part}`
      : upload
        ? 'upload'
        : searchParams.has('uploads')
          ? 'uploads'
          : 'object'
    calls.push(`${request.method} ${what}`)
    if (part) most = Math.max(most, ++underWay)
    response.once('close', () => {
      if (part) underWay -= 1
    })
    const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>))
    const end = part ? endOf(Number(part)) : 'stored'
    if (end === 'silent') return
    if (end === 'refused') return void response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>')
    if (part) await new Promise((resolve) => setImmediate(resolve))
    const etag = `"${createHash('md5').update(body).digest('hex')}"`
    if (what === 'uploads') {
      const id = `u${++named}`
      uploads.set(id, new Map())
      response.end(
        `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`
      )
    } else if (part && upload) {
      uploads.get(upload)?.set(Number(part), body)
      response.writeHead(200, { etag }).end()
    } else if (upload && request.method === 'DELETE') {
      uploads.delete(upload)
      response.writeHead(204).end()
    } else if (upload) {
      const numbers = [...body.toString().matchAll(/<PartNumber>(\d+)</g)].map(([, number]) => Number(number))
      objects.set(
        key,
        Buffer.concat(numbers.map((number) => uploads.get(upload)?.get(number) ?? Buffer.of()))
      )
      uploads.delete(upload)
      response.end('<CompleteMultipartUploadResult><ETag>"whole-2"</ETag></CompleteMultipartUploadResult>')
    } else {
      objects.set(key, body)
      response.writeHead(200, { etag }).end()
    }
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    calls,
    openUploads: () => uploads.size,
    mostParts: () => most,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}
