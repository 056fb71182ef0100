import type { ConsumedCapacity, WriteRequest } from '@aws-sdk/client-dynamodb'
import type { Key } from '../plan/key.ts'
import type { PlannedWrite } from '../plan/planned-write.ts'
import type { AttributeRecord } from '../wire/answer-item.ts'

/** What DynamoDB said of one item. `requestId` is missing where the answer is not DynamoDB's. */
export interface ItemAnswer {
  readonly Item?: AttributeRecord | undefined
  readonly ConsumedCapacity?: ConsumedCapacity | undefined
  readonly requestId: string | undefined
}

export interface BatchWriteAnswer {
  readonly UnprocessedItems?: Readonly<Record<string, readonly WriteRequest[]>> | undefined
  readonly ConsumedCapacity?: readonly ConsumedCapacity[] | undefined
}

export interface BatchGetAnswer {
  readonly Responses?: Readonly<Record<string, readonly AttributeRecord[]>> | undefined
  readonly UnprocessedKeys?:
    | Readonly<Record<string, { readonly Keys?: readonly AttributeRecord[] | undefined }>>
    | undefined
  readonly ConsumedCapacity?: readonly ConsumedCapacity[] | undefined
}

/**
 * The calls that rows cause, one attempt each, by whatever client. They throw errors that carry DynamoDB's name for
 * them (`callFailure` reads them), and tell consumed capacity and a refused write's item where DynamoDB does.
 */
export interface DynamodbCalls {
  batchWrite(table: string, writes: readonly PlannedWrite[], signal: AbortSignal): Promise<BatchWriteAnswer>
  /** Put-, Update- or DeleteItem, with the condition of the write. */
  writeItem(table: string, write: PlannedWrite, signal: AbortSignal): Promise<ItemAnswer>
  /** Strongly consistent. */
  batchGet(table: string, keys: readonly Key[], signal: AbortSignal): Promise<BatchGetAnswer>
  /** Strongly consistent. */
  getItem(table: string, key: Key, signal: AbortSignal): Promise<ItemAnswer>
}
