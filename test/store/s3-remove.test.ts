import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { s3Client } from '../../api/runtime/s3-client.ts'
import { s3Store } from '../../api/store/s3-store.ts'

it('what is uploaded between the look at an object of S3 and its removal stays', async () => {
  let etag = '"old"'
  let isThere = true
  const server = createServer((request, response) => {
    if (request.method === 'HEAD') {
      response.writeHead(200, { etag, 'content-length': 3 }).end()
      // Somebody uploads right after the look.
      etag = '"new"'
    } else if (request.headers['if-match'] !== etag)
      response.writeHead(412).end('<Error><Code>PreconditionFailed</Code></Error>')
    else {
      isThere = false
      response.writeHead(204).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
    const store = s3Store(s3Client({ endpoint, credentials }), 'bucket')

    await store.removeSame({ key: 'drop/t/a.csv', etag: 'old', bytes: 3 })
    expect(isThere).toBe(true)
    await store.removeSame({ key: 'drop/t/a.csv', etag: 'new', bytes: 3 })
    expect(isThere).toBe(false)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})
