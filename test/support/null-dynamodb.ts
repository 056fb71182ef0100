import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A DynamoDB that takes everything at once, stores nothing, and counts. */
export interface NullDynamodb {
  readonly endpoint: string
  /** Different keys taken so far: `id` is a letter and a number of its own for every row. */
  rows(): number
  /** Put requests taken so far: more than rows where a call was repeated. */
  puts(): number
  calls(): number
  close(): Promise<void>
}

const answer = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'null' }
const idMember = Buffer.from('"id":{"S":"')
const mostIds = 2 ** 27

export const startNullDynamodb = async (): Promise<NullDynamodb> => {
  let [rows, calls, allPuts] = [0, 0, 0]
  const seen = new Uint8Array(mostIds / 8)
  const take = (body: Buffer, at: number): void => {
    const start = at + idMember.length + 1
    const id = Number(body.toString('latin1', start, body.indexOf(0x22, start)))
    if (!(id < mostIds)) throw new RangeError('an id is a letter and a number')
    const [byte, bit] = [seen[id >>> 3] ?? 0, 1 << (id & 7)]
    if ((byte & bit) === 0) rows += 1
    seen[id >>> 3] = byte | bit
  }
  const table = (name: string): string =>
    JSON.stringify({
      Table: {
        TableName: name,
        TableStatus: 'ACTIVE',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }]
      }
    })
  const server = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1]
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const body = Buffer.concat(parts)
    let text = '{}'
    if (operation === 'DescribeTable')
      text = table((JSON.parse(body.toString()) as { TableName: string }).TableName)
    else if (operation === 'BatchWriteItem') {
      calls += 1
      let puts = 0
      for (let at = body.indexOf(idMember); at >= 0; at = body.indexOf(idMember, at + idMember.length)) {
        take(body, at)
        puts += 1
      }
      allPuts += puts
      text = `{"UnprocessedItems":{},"ConsumedCapacity":[{"TableName":"flights","CapacityUnits":${puts}}]}`
    }
    response.writeHead(200, { ...answer, 'content-length': Buffer.byteLength(text) })
    response.end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rows: () => rows,
    puts: () => allPuts,
    calls: () => calls,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}
