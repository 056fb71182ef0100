import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

// A DynamoDB table in a process of its own that keeps the keys it stored, counts calls and leaves a share of the
// writes unprocessed. It refuses what DynamoDB refuses of a BatchWriteItem: one key twice, an empty key, an item over
// 400 KB. `GET /?unprocessed=0.15` empties it and sets the share; `GET /counts` tells what it holds.

const latencyMs = Number(process.argv[2] ?? 5)
const maxItemBytes = 400 * 1024
const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'bench' }

interface Write {
  readonly PutRequest: { readonly Item: { readonly id: { readonly S: string } } }
}

const stored = new Set<string>()
let calls = 0
let share = 0
let state = 1
/** Park-Miller: every writer meets the same dice. https://doi.org/10.1145/63039.63042 */
const random = (): number => {
  state = (state * 48_271) % 2_147_483_647
  return state / 2_147_483_647
}

const refusal = (message: string) => ({
  status: 400,
  body: { __type: 'com.amazonaws.dynamodb.v20120810#ValidationException', message }
})

const batchWrite = (requests: Readonly<Record<string, readonly Write[]>>) => {
  const [table = '', writes = []] = Object.entries(requests)[0] ?? []
  const ids = writes.map(({ PutRequest }) => PutRequest.Item.id.S)
  if (writes.length > 25) return refusal('Too many items requested for the BatchWriteItem call')
  if (new Set(ids).size < ids.length) return refusal('Provided list of item keys contains duplicates')
  if (ids.includes('')) return refusal('One or more parameter values are not valid. An empty key')
  if (writes.some(({ PutRequest }) => Buffer.byteLength(JSON.stringify(PutRequest)) > maxItemBytes + 1_000))
    return refusal('Item size has exceeded the maximum allowed size')
  const left = writes.filter((write, n) => {
    const isLeft = random() < share
    if (!isLeft) stored.add(ids[n] ?? write.PutRequest.Item.id.S)
    return isLeft
  })
  const units = writes.length - left.length
  return {
    status: 200,
    body: {
      UnprocessedItems: left.length > 0 ? { [table]: left } : {},
      ConsumedCapacity: [{ TableName: table, CapacityUnits: units }]
    }
  }
}

const describe = (TableName: string) => ({
  status: 200,
  body: {
    Table: {
      TableName,
      TableStatus: 'ACTIVE',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }]
    }
  }
})

const server = createServer(async (request, response) => {
  const url = new URL(request.url ?? '/', 'http://here')
  if (request.method === 'GET') {
    const counts = JSON.stringify({ stored: stored.size, calls })
    if (url.pathname !== '/counts') {
      stored.clear()
      calls = 0
      state = 1
      share = Number(url.searchParams.get('unprocessed') ?? 0)
    }
    response.end(counts)
    return
  }
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  const body = JSON.parse(Buffer.concat(parts).toString())
  const isWrite = String(request.headers['x-amz-target']).endsWith('.BatchWriteItem')
  if (isWrite) calls += 1
  const answer = isWrite ? batchWrite(body.RequestItems) : describe(body.TableName)
  setTimeout(() => {
    response.writeHead(answer.status, headers)
    response.end(JSON.stringify(answer.body))
  }, latencyMs)
})
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
})
