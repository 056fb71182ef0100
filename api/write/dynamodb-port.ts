import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type ConsumedCapacity,
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
import { judge } from '../plan/judge.ts'
import type { Key } from '../plan/key.ts'
import type { PlannedWrite } from '../plan/planned-write.ts'
import { valueText } from '../plan/same-item.ts'
import { callFailure } from './call-failure.ts'
import type { ReadPort, WriteOutcome, WritePort } from './write-port.ts'

type Send = Pick<DynamoDBClient, 'send'>

/** Writes by the AWS SDK. The client must not retry by itself: pace and deadline are the batch's. */
export const dynamodbWritePort = (client: Send): WritePort => ({
  async batch(table, writes, abortSignal) {
    const requests = writes.map(toRequest)
    const command = new BatchWriteItemCommand({
      RequestItems: { [table]: requests },
      ReturnConsumedCapacity: 'TOTAL'
    })
    try {
      const { UnprocessedItems, ConsumedCapacity } = await client.send(command, { abortSignal })
      if (UnprocessedItems === undefined) throw new EmptyAnswer()
      // The table may be called by its ARN: whatever name the answer uses, there is only one.
      const left = new Set(
        Object.values(UnprocessedItems ?? {})
          .flat()
          .map((request) => keyOfRequest(request, writes))
      )
      const isForeign = left.size > 0 && !left.isSubsetOf(new Set(writes.map(({ key }) => key.text)))
      if (isForeign) throw new EmptyAnswer()
      const outcomes = writes.map(({ key }): WriteOutcome => (left.has(key.text) ? 'left' : 'taken'))
      return { kind: 'answered', outcomes, units: unitsOf(ConsumedCapacity) }
    } catch (error) {
      return callFailure(error)
    }
  },

  async single(table, write, maybeTaken, abortSignal) {
    try {
      const { ConsumedCapacity, $metadata } = await sendSingle(client, table, write, abortSignal)
      if (ConsumedCapacity === undefined && $metadata.requestId === undefined) throw new EmptyAnswer()
      return { kind: 'answered', outcomes: ['taken'], units: unitsOf(ConsumedCapacity && [ConsumedCapacity]) }
    } catch (error) {
      const failed = error as { readonly name?: string; readonly Item?: Record<string, AttributeValue> }
      if (failed.name !== 'ConditionalCheckFailedException') return callFailure(error, write.condition)
      if (write.version === undefined && !maybeTaken)
        return { kind: 'answered', outcomes: [{ status: 'condition_failed' }], units: 1 }
      try {
        // Not every engine hands the item back with the refusal, and an absent one is never handed back.
        const stored = failed.Item ?? (await getItem(client, table, write.key, abortSignal))
        const outcome = judge(write, stored && toItem(stored), maybeTaken)
        return { kind: 'answered', outcomes: [outcome === 'again' ? 'left' : outcome], units: 1 }
      } catch (readError) {
        const failure = callFailure(readError)
        // Only the look was lost: the write itself was refused for sure.
        return failure.kind === 'lost' ? { ...failure, kind: 'refused' } : failure
      }
    }
  }
})

/** Reads by the AWS SDK, strongly consistent. */
export const dynamodbReadPort = (client: Send): ReadPort => ({
  async read(table, keys, abortSignal) {
    const command = new BatchGetItemCommand({
      RequestItems: { [table]: { Keys: keys.map((key) => toRecord(key.attributes)), ConsistentRead: true } },
      ReturnConsumedCapacity: 'TOTAL'
    })
    try {
      const { Responses, UnprocessedKeys, ConsumedCapacity } = await client.send(command, { abortSignal })
      if (Responses === undefined) throw new EmptyAnswer()
      const items = new Map<string, Item>()
      for (const item of Object.values(Responses ?? {}).flat()) items.set(keyTextOf(item, keys), toItem(item))
      const left = new Set(
        Object.values(UnprocessedKeys ?? {}).flatMap(({ Keys = [] }) =>
          Keys.map((key) => keyTextOf(key, keys))
        )
      )
      return {
        kind: 'answered',
        items,
        left: keys.filter(({ text }) => left.has(text)),
        units: unitsOf(ConsumedCapacity)
      }
    } catch (error) {
      return callFailure(error)
    }
  }
})

/** A 200 that DynamoDB never sends, such as an empty body: somebody on the way made it, so nothing is known. */
class EmptyAnswer extends Error {
  override readonly name = 'EmptyAnswer'
}

const toRecord = (item: Item): Record<string, AttributeValue> => {
  const record: Record<string, AttributeValue> = {}
  for (const [name, value] of item) setMember(record, name, value)
  return record
}

const toItem = (record: Record<string, AttributeValue>): Item => new Map(Object.entries(record))

const toRequest = ({ key, action }: PlannedWrite): WriteRequest =>
  action.kind === 'put'
    ? { PutRequest: { Item: toRecord(action.item) } }
    : { DeleteRequest: { Key: toRecord(key.attributes) } }

const keyOfRequest = ({ PutRequest, DeleteRequest }: WriteRequest, writes: readonly PlannedWrite[]): string =>
  keyTextOf(
    PutRequest?.Item ?? DeleteRequest?.Key ?? {},
    writes.map(({ key }) => key)
  )

/** The text of the key that a record holds; the asked keys say which attributes those are. */
const keyTextOf = (record: Record<string, AttributeValue>, [asked]: readonly Key[]): string => {
  let text = ''
  for (const name of asked?.attributes.keys() ?? []) {
    const value = record[name]
    if (value) text += `${valueText(value)} `
  }
  return text
}

const sendSingle = (client: Send, table: string, write: PlannedWrite, abortSignal: AbortSignal) => {
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

const getItem = async (client: Send, table: string, key: Key, abortSignal: AbortSignal) => {
  const command = new GetItemCommand({
    TableName: table,
    Key: toRecord(key.attributes),
    ConsistentRead: true,
    ReturnConsumedCapacity: 'TOTAL'
  })
  const { Item, ConsumedCapacity, $metadata } = await client.send(command, { abortSignal })
  if (Item === undefined && ConsumedCapacity === undefined && $metadata.requestId === undefined)
    throw new EmptyAnswer()
  return Item
}

const unitsOf = (consumed: readonly ConsumedCapacity[] | undefined): number =>
  (consumed ?? []).reduce((units, { CapacityUnits = 0 }) => units + CapacityUnits, 0)
