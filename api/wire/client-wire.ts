import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { type DynamodbWire, dynamodbWire, type WireSettings } from './dynamodb-wire.ts'

const wires = new WeakMap<DynamoDBClient, DynamodbWire>()

/** One wire a client, however many share it; its connections end with the client. */
export const clientWire = (client: DynamoDBClient, settings: WireSettings): DynamodbWire => {
  const known = wires.get(client)
  if (known) return known
  const wire = dynamodbWire(client, settings)
  wires.set(client, wire)
  const destroy = client.destroy.bind(client)
  client.destroy = () => {
    wire.close()
    destroy()
  }
  return wire
}
