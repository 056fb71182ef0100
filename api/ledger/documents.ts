import type { Document } from './document.ts'
import type { RecordKey } from './ledger-store.ts'

/** Under which a write is made; in DynamoDB's own terms, values as JavaScript's. */
export interface Condition {
  readonly ConditionExpression: string
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>
  readonly ExpressionAttributeValues?: Document
}

export interface Update extends Partial<Condition> {
  readonly UpdateExpression: string
}

/** A write whose condition did not hold. */
export interface Refusal {
  readonly isMade: false
  /** The record that it did not hold for, where the engine sends it. */
  readonly document: Document | undefined
  /** The call was repeated: an attempt before may have been taken, and its own record be what is in the way. */
  readonly isRepeat: boolean
}

export type Written = { readonly isMade: true } | Refusal
/** With the record as it is now. */
export type Updated = { readonly isMade: true; readonly document: Document } | Refusal

/**
 * Calls on the ledger's table. Each is repeated a few times by itself while its fault may pass, and has an end.
 * Every method throws when the table does not answer; errors have DynamoDB's names for them.
 */
export interface Documents {
  /** Strongly consistent. */
  get(key: RecordKey): Promise<Document | undefined>
  put(document: object, condition: Condition): Promise<Written>
  update(key: RecordKey, update: Update): Promise<Updated>
  /** Of one partition those whose sort key starts so, or all of it under an empty prefix, in order; strongly consistent. */
  list(pk: string, skPrefix: string): AsyncIterable<Document>
}

/** Asks for the records of one partition whose sort key starts so. DynamoDB takes no empty text for a part of a key. */
export const keyCondition = (pk: string, skPrefix: string) =>
  skPrefix === ''
    ? { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk } }
    : {
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': pk, ':prefix': skPrefix }
      }

/** DynamoDB's name for a condition that did not hold. */
export const conditionFailed = 'ConditionalCheckFailedException'
