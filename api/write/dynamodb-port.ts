import type { ConsumedCapacity, WriteRequest } from '@aws-sdk/client-dynamodb'
import type { Item } from '../plan/item-size.ts'
import { judge } from '../plan/judge.ts'
import type { Key } from '../plan/key.ts'
import { maxWritesPerGroup } from '../plan/limits.ts'
import type { PlannedWrite } from '../plan/planned-write.ts'
import { valueText } from '../plan/same-item.ts'
import type { AttributeRecord } from '../wire/answer-item.ts'
import { callFailure } from './call-failure.ts'
import type { DynamodbCalls } from './dynamodb-calls.ts'
import type { ReadPort, WriteOutcome, WritePort } from './write-port.ts'

/** Writes and reads by DynamoDB's calls, and says what each answer means for its rows. */
export const dynamodbPort = (calls: DynamodbCalls): WritePort & ReadPort => ({
  async batch(table, writes, signal) {
    try {
      const { UnprocessedItems, ConsumedCapacity } = await calls.batchWrite(table, writes, signal)
      if (UnprocessedItems === undefined) throw new EmptyAnswer()
      const units = unitsOf(ConsumedCapacity)
      // The table may be called by its ARN: whatever name the answer uses, there is only one.
      const unprocessed = Object.values(UnprocessedItems).flat()
      if (unprocessed.length === 0) return { kind: 'answered', outcomes: takenOf(writes.length), units }
      const left = new Set(unprocessed.map((request) => keyOfRequest(request, writes)))
      if (!left.isSubsetOf(new Set(writes.map(({ key }) => key.text)))) throw new EmptyAnswer()
      const outcomes = writes.map(({ key }): WriteOutcome => (left.has(key.text) ? 'left' : 'taken'))
      return { kind: 'answered', outcomes, units }
    } catch (error) {
      return callFailure(error)
    }
  },

  async single(table, write, maybeTaken, signal) {
    try {
      const { ConsumedCapacity, requestId } = await calls.writeItem(table, write, signal)
      if (ConsumedCapacity === undefined && requestId === undefined) throw new EmptyAnswer()
      return { kind: 'answered', outcomes: ['taken'], units: unitsOf(ConsumedCapacity && [ConsumedCapacity]) }
    } catch (error) {
      const failed = error as { readonly name?: string; readonly Item?: AttributeRecord }
      if (failed.name !== 'ConditionalCheckFailedException') return callFailure(error, write.condition)
      if (write.version === undefined && !maybeTaken)
        return { kind: 'answered', outcomes: [{ status: 'condition_failed' }], units: 1 }
      try {
        // Not every engine hands the item back with the refusal, and an absent one is never handed back.
        const stored = failed.Item ?? (await look(calls, table, write.key, signal))
        const outcome = judge(write, stored && toItem(stored), maybeTaken)
        return { kind: 'answered', outcomes: [outcome === 'again' ? 'left' : outcome], units: 1 }
      } catch (readError) {
        const failure = callFailure(readError)
        // Only the look was lost: the write itself was refused for sure.
        return failure.kind === 'lost' ? { ...failure, kind: 'refused' } : failure
      }
    }
  },

  async read(table, keys, signal) {
    try {
      const { Responses, UnprocessedKeys, ConsumedCapacity } = await calls.batchGet(table, keys, signal)
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

const allTaken = Array.from({ length: maxWritesPerGroup }, (): WriteOutcome => 'taken')
const takenOf = (writes: number): readonly WriteOutcome[] =>
  writes === allTaken.length ? allTaken : allTaken.slice(0, writes)

/** A 200 that DynamoDB never sends, such as an empty body: somebody on the way made it, so nothing is known. */
class EmptyAnswer extends Error {
  override readonly name = 'EmptyAnswer'
}

const toItem = (record: AttributeRecord): Item => new Map(Object.entries(record))

const keyOfRequest = ({ PutRequest, DeleteRequest }: WriteRequest, writes: readonly PlannedWrite[]): string =>
  keyTextOf(
    PutRequest?.Item ?? DeleteRequest?.Key ?? {},
    writes.map(({ key }) => key)
  )

/** The text of the key that a record holds; the asked keys say which attributes those are. */
const keyTextOf = (record: AttributeRecord, [asked]: readonly Key[]): string => {
  let text = ''
  for (const name of asked?.attributes.keys() ?? []) {
    const value = record[name]
    if (value) text += `${valueText(value)} `
  }
  return text
}

/** The item as it is stored now; undefined when there is none. */
const look = async (
  calls: DynamodbCalls,
  table: string,
  key: Key,
  signal: AbortSignal
): Promise<AttributeRecord | undefined> => {
  const { Item, ConsumedCapacity, requestId } = await calls.getItem(table, key, signal)
  if (Item === undefined && ConsumedCapacity === undefined && requestId === undefined) throw new EmptyAnswer()
  return Item
}

const unitsOf = (consumed: readonly ConsumedCapacity[] | undefined): number =>
  (consumed ?? []).reduce((units, { CapacityUnits = 0 }) => units + CapacityUnits, 0)
