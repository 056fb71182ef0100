import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dynamodbClient } from '../../api/runtime/dynamodb-client.ts'

// The SDK as it is installed, with the answers of a server that holds attributes of such names.

const item = '{"id":{"S":"a"},"__proto__":{"M":{"__proto__":{"N":"1"},"constructor":{"S":"c"}}}}'
const server = createServer((_request, response) => {
  response.setHeader('content-type', 'application/x-amz-json-1.0')
  response.end(`{"Item":${item},"Attributes":${item}}`)
})
let client: ReturnType<typeof dynamodbClient>
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  client = dynamodbClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
afterAll(() => {
  client.destroy()
  server.close()
})

const text = (record: object | undefined): string =>
  JSON.stringify(
    Object.entries(record ?? {})
      .map(([name, value]) => [name, JSON.stringify(value)])
      .toSorted()
  )
const expected = text(JSON.parse(item) as object)

describe('the client', () => {
  it('reads attributes named __proto__ and constructor, at any depth', async () => {
    const { Item } = await client.send(new GetItemCommand({ TableName: 'orders', Key: { id: { S: 'a' } } }))
    expect(text(Item)).toBe(expected)
    expect(Object.getPrototypeOf(Item)).toBe(Object.prototype)
  })

  it('reads them in every kind of answer', async () => {
    const { Attributes } = await client.send(
      new PutItemCommand({ TableName: 'orders', Item: {}, ReturnValues: 'ALL_OLD' })
    )
    expect(text(Attributes)).toBe(expected)
  })
})
