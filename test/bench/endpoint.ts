import { readFileSync } from 'node:fs'
import { createServer as createTcp, type Socket } from 'node:net'
import { createServer as createTls } from 'node:tls'
import { crc32 } from 'node:zlib'
import { type TokenBucket, tokenBucket } from '../../api/local/simulate/token-bucket.ts'
import { countedIds } from './counted-ids.ts'

// A DynamoDB in a process of its own that stores nothing and counts: different ids, writes, calls. It takes everything
// at once, or is a table of so many units a second, with a burst of one second and 5 ms a call. Bare sockets, so that it
// never is what a writer waits for. `--tls FOLDER` listens by TLS; `GET /counts` tells, `GET /reset?units=` begins anew.

const callMs = 5
const ids = countedIds()
let calls = 0
let rate = 0
let bucket: TokenBucket | undefined

const json = (body: unknown, status = '200 OK'): Buffer => {
  const text = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const head =
    `HTTP/1.1 ${status}\r\ncontent-type: application/x-amz-json-1.0\r\nx-amzn-requestid: BENCH\r\n` +
    `x-amz-crc32: ${crc32(text)}\r\ncontent-length: ${text.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), text])
}
const batchAnswers = Array.from({ length: 26 }, (_, units) =>
  json(`{"UnprocessedItems":{},"ConsumedCapacity":[{"TableName":"orders","CapacityUnits":${units}}]}`)
)
const oneAnswer = json('{"ConsumedCapacity":{"TableName":"orders","CapacityUnits":1.0}}')
const throttled = json(
  {
    __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
    message: 'The level of configured provisioned throughput for the table was exceeded',
    ThrottlingReasons: [{ reason: 'TableWriteProvisionedThroughputExceeded', resource: 'orders' }]
  },
  '400 Bad Request'
)
const described = (): Buffer =>
  json({
    Table: {
      TableName: 'orders',
      TableStatus: 'ACTIVE',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      ...(rate > 0 ? { ProvisionedThroughput: { ReadCapacityUnits: rate, WriteCapacityUnits: rate } } : {})
    }
  })

/** A batch on a table that takes a part of it: every row is one unit. */
const limited = (body: Buffer, capacity: TokenBucket): Buffer => {
  const { RequestItems } = JSON.parse(body.toString()) as { RequestItems: Record<string, unknown[]> }
  const [name = '', writes = []] = Object.entries(RequestItems)[0] ?? []
  const taken = capacity.take(writes.length)
  if (taken === 0) return throttled
  ids.take(Buffer.from(JSON.stringify(writes.slice(0, taken))))
  return json({
    UnprocessedItems: taken < writes.length ? { [name]: writes.slice(taken) } : {},
    ConsumedCapacity: [{ TableName: name, CapacityUnits: taken }]
  })
}

const control = (target: string): Buffer => {
  if (target.startsWith('/counts')) return json({ ...ids.counts(), calls })
  rate = Number(/units=(\d+)/.exec(target)?.[1] ?? 0)
  bucket = rate > 0 ? tokenBucket(Date.now, () => rate, rate) : undefined
  ids.clear()
  calls = 0
  return json({})
}

const answerTo = (head: string, body: Buffer): Buffer => {
  if (head.startsWith('GET ')) return control(head.slice(4, head.indexOf(' ', 4)))
  const operation = /x-amz-target: *DynamoDB_\d+\.(\w+)/i.exec(head)?.[1]
  if (operation === 'DescribeTable') return described()
  calls += 1
  if (bucket !== undefined && operation === 'BatchWriteItem') return limited(body, bucket)
  const found = ids.take(body)
  return operation === 'BatchWriteItem' ? (batchAnswers[found] ?? json({})) : oneAnswer
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
      if (bucket === undefined) socket.write(answer)
      else setTimeout(() => socket.write(answer), callMs)
    }
  })
}

const [, , flag, folder] = process.argv
const pem = (name: string): Buffer => readFileSync(`${folder}/${name}.pem`)
const isTls = flag === '--tls'
const server = isTls ? createTls({ key: pem('key'), cert: pem('certificate') }, serve) : createTcp(serve)
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  process.stdout.write(`${isTls ? 'https' : 'http'}://127.0.0.1:${port}\n`)
})
