import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'

interface Deserializer {
  _read(schema: unknown, value: unknown): unknown
  readAttributeValue(value: unknown): unknown
}

/**
 * Makes the SDK give back an attribute named `__proto__`, which its JSON reader loses (@smithy/core
 * JsonShapeDeserializer sets the member before it reads it). The table holds it, so a read must show it, and a
 * comparison must see it. Written against the SDK's inner shape: where that changes, the client stays as it is
 * and test/runtime/keep-proto.test.ts says so.
 */
export const keepProto = (client: DynamoDBClient): DynamoDBClient => {
  const { protocol } = client.config as unknown as {
    protocol?: { deserializer?: Deserializer; codec?: { createDeserializer?: () => Deserializer } }
  }
  const make = protocol?.codec?.createDeserializer?.bind(protocol.codec)
  if (protocol?.codec === undefined || make === undefined) return client
  protocol.codec.createDeserializer = () => repaired(make())
  if (protocol.deserializer) repaired(protocol.deserializer)
  return client
}

const repaired = (deserializer: Deserializer): Deserializer => {
  const read = deserializer._read
  if (typeof read !== 'function' || typeof deserializer.readAttributeValue !== 'function') return deserializer
  deserializer._read = function (schema, value) {
    const kept =
      typeof value === 'object' && value !== null && Object.hasOwn(value, '__proto__')
        ? Object.getOwnPropertyDescriptor(value, '__proto__')?.value
        : undefined
    if (kept === undefined) return read.call(this, schema, value)
    Reflect.deleteProperty(value as object, '__proto__')
    const record = read.call(this, schema, value)
    const attribute = {
      value: this.readAttributeValue(kept),
      enumerable: true,
      writable: true,
      configurable: true
    }
    return Object.defineProperty(record, '__proto__', attribute)
  }
  return deserializer
}
