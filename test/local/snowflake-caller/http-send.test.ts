import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { httpSend } from '../../../api/local/snowflake-caller/http-send.ts'
import { maxAnswerBytes } from '../../../api/local/snowflake-caller/read-reply.ts'

it('an answer without end is read a little over the limit and no further', async () => {
  const part = Buffer.alloc(1024 * 1024)
  const server = createServer((_, response) => {
    const more = () => void (response.destroyed || response.write(part, more))
    more()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const http = httpSend()

  const reply = await http.send({ method: 'GET', url, headers: {}, signal: new AbortController().signal })

  expect(reply.body.byteLength).toBeGreaterThan(maxAnswerBytes)
  expect(reply.body.byteLength).toBeLessThan(maxAnswerBytes + part.byteLength)
  http.close()
  await new Promise((resolve) => server.close(resolve))
})
