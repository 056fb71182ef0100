import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type WriteRequest
} from '@aws-sdk/client-dynamodb'
import { setMember } from '../plan/attribute.ts'
import { expressionsOf } from '../plan/expression.ts'
import type { Item } from '../plan/item-size.ts'
import type { PlannedWrite } from '../plan/planned-write.ts'
import type { AttributeRecord } from '../wire/answer-item.ts'
import type { DynamodbCalls } from './dynamodb-calls.ts'

type Send = Pick<DynamoDBClient, 'send'>

/** Calls by the AWS SDK. The client must not retry by itself: pace and deadline are the batch's. */
export const sdkCalls = (client: Send): DynamodbCalls => ({
  batchWrite(table, writes, abortSignal) {
    const RequestItems = { [table]: writes.map(toRequest) }
    return client.send(new BatchWriteItemCommand({ RequestItems, ReturnConsumedCapacity: 'TOTAL' }), {
      abortSignal
    })
  },

  async writeItem(table, write, abortSignal) {
    const { ConsumedCapacity, $metadata } = await sendWrite(client, table, write, abortSignal)
    return { ConsumedCapacity, requestId: $metadata.requestId }
  },

  batchGet(table, keys, abortSignal) {
    const Keys = keys.map((key) => toRecord(key.attributes))
    const RequestItems = { [table]: { Keys, ConsistentRead: true } }
    return client.send(new BatchGetItemCommand({ RequestItems, ReturnConsumedCapacity: 'TOTAL' }), {
      abortSignal
    })
  },

  async getItem(table, key, abortSignal) {
    const command = new GetItemCommand({
      TableName: table,
      Key: toRecord(key.attributes),
      ConsistentRead: true,
      ReturnConsumedCapacity: 'TOTAL'
    })
    const { Item, ConsumedCapacity, $metadata } = await client.send(command, { abortSignal })
    return { Item, ConsumedCapacity, requestId: $metadata.requestId }
  }
})

const toRecord = (item: Item): AttributeRecord => {
  const record: AttributeRecord = {}
  for (const [name, value] of item) setMember(record, name, value)
  return record
}

const toRequest = ({ key, action }: PlannedWrite): WriteRequest =>
  action.kind === 'put'
    ? { PutRequest: { Item: toRecord(action.item) } }
    : { DeleteRequest: { Key: toRecord(key.attributes) } }

const sendWrite = (client: Send, table: string, write: PlannedWrite, abortSignal: AbortSignal) => {
  const { update, condition, names, values } = expressionsOf(write)
  const shared = {
    TableName: table,
    ConditionExpression: condition,
    ExpressionAttributeNames: Object.keys(names).length > 0 ? names : undefined,
    ExpressionAttributeValues: Object.keys(values).length > 0 ? values : undefined,
    ReturnConsumedCapacity: 'TOTAL',
    ReturnValuesOnConditionCheckFailure: condition === undefined ? undefined : 'ALL_OLD'
  } as const
  const { key, action } = write
  if (action.kind === 'put')
    return client.send(new PutItemCommand({ ...shared, Item: toRecord(action.item) }), { abortSignal })
  const Key = toRecord(key.attributes)
  return action.kind === 'delete'
    ? client.send(new DeleteItemCommand({ ...shared, Key }), { abortSignal })
    : client.send(new UpdateItemCommand({ ...shared, Key, UpdateExpression: update }), { abortSignal })
}
