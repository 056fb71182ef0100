import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A DynamoDB that takes everything at once, stores nothing, and counts. */
export interface NullDynamodb {
  readonly endpoint: string
  /** Put requests taken so far. */
  rows(): number
  calls(): number
  close(): Promise<void>
}

const answer = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'null' }
const putRequest = Buffer.from('"PutRequest"')

export const startNullDynamodb = async (): Promise<NullDynamodb> => {
  let [rows, calls] = [0, 0]
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
      for (let at = body.indexOf(putRequest); at >= 0; at = body.indexOf(putRequest, at + 12)) puts += 1
      rows += puts
      text = `{"UnprocessedItems":{},"ConsumedCapacity":[{"TableName":"flights","CapacityUnits":${puts}}]}`
    }
    response.writeHead(200, { ...answer, 'content-length': Buffer.byteLength(text) })
    response.end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rows: () => rows,
    calls: () => calls,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}
