import { readFileSync } from 'node:fs'
import { createServer as createTcp, type Socket } from 'node:net'
import { createServer as createTls } from 'node:tls'
import { crc32 } from 'node:zlib'
import { countedIds } from './counted-ids.ts'

// A DynamoDB in a process of its own that takes everything at once, stores nothing and counts: different ids, puts,
// calls. Every id is a letter and a number of its own. `--tls FOLDER` (key.pem, cert.pem) listens by TLS.
// Bare sockets, so that it never is what a writer waits for. `GET /counts` tells, `GET /reset` begins anew.

const ids = countedIds()
let calls = 0

const json = (body: unknown): Buffer => {
  const text = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const head =
    `HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\nx-amzn-requestid: BENCH\r\n` +
    `x-amz-crc32: ${crc32(text)}\r\ncontent-length: ${text.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), text])
}
const batchAnswers = Array.from({ length: 26 }, (_, units) =>
  json(`{"UnprocessedItems":{},"ConsumedCapacity":[{"TableName":"orders","CapacityUnits":${units}}]}`)
)
const oneAnswer = json('{"ConsumedCapacity":{"TableName":"orders","CapacityUnits":1.0}}')
const table = json({
  Table: {
    TableName: 'orders',
    TableStatus: 'ACTIVE',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }]
  }
})

const answerTo = (head: string, body: Buffer): Buffer => {
  if (head.startsWith('GET /counts')) return json({ ...ids.counts(), calls })
  if (head.startsWith('GET /reset')) {
    ids.clear()
    calls = 0
    return json({})
  }
  const operation = /x-amz-target: *DynamoDB_\d+\.(\w+)/i.exec(head)?.[1]
  if (operation === 'DescribeTable') return table
  calls += 1
  const puts = ids.take(body)
  return operation === 'BatchWriteItem' ? (batchAnswers[puts] ?? json({})) : oneAnswer
}

const serve = (socket: Socket): void => {
  let held: Buffer = Buffer.alloc(0)
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (bytes) => {
    held = held.length === 0 ? bytes : Buffer.concat([held, bytes])
    for (;;) {
      const end = held.indexOf('\r\n\r\n')
      if (end < 0) return
      const head = held.toString('latin1', 0, end)
      const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0)
      if (held.length < end + 4 + length) return
      const answer = answerTo(head, held.subarray(end + 4, end + 4 + length))
      held = held.subarray(end + 4 + length)
      socket.write(answer)
    }
  })
}

const [, , flag, folder] = process.argv
const server =
  flag === '--tls'
    ? createTls({ key: readFileSync(`${folder}/key.pem`), cert: readFileSync(`${folder}/cert.pem`) }, serve)
    : createTcp(serve)
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  process.stdout.write(`${flag === '--tls' ? 'https' : 'http'}://127.0.0.1:${port}\n`)
})
