import type { Clock } from '../runtime/clock.ts'
import type { DynamodbWire } from '../wire/dynamodb-wire.ts'
import { documentOf, documentText } from './document.ts'
import { type Documents, keyCondition, type Update } from './documents.ts'
import { ledgerCall } from './ledger-call.ts'
import type { RecordKey } from './ledger-store.ts'

export interface WireDocumentsDeps {
  readonly wire: DynamodbWire
  /** For where the wire cannot reach the table as the SDK would. */
  readonly sdk: Documents
  readonly clock: Clock
  /** The wire's, for one attempt. */
  readonly answerMs: number
}

/** The ledger's table by the lean wire: a call of the SDK's document client costs several times the CPU. */
export const wireDocuments = (
  table: string,
  { wire, sdk, clock, answerMs }: WireDocumentsDeps
): Documents => {
  const call = ledgerCall(wire, table, clock, answerMs)
  const start = `{"TableName":${JSON.stringify(table)}`
  const isFor = async (): Promise<boolean> => wire.takes(table)

  return {
    async get(key) {
      if (!(await isFor())) return sdk.get(key)
      const { body } = await call('GetItem', `${start},"Key":${keyText(key)},"ConsistentRead":true}`)
      return body?.Item && documentOf(body.Item)
    },

    async put(document, condition) {
      if (!(await isFor())) return sdk.put(document, condition)
      const item = `"Item":${documentText(document)}`
      const { refusal } = await call('PutItem', `${start},${item}${expressionsText(condition)}}`)
      return refusal ?? { isMade: true }
    },

    async update(key, update) {
      if (!(await isFor())) return sdk.update(key, update)
      const returned = update.ConditionExpression === undefined ? newItem : `${newItem}${oldItem}`
      const expressions = `${expressionsText(update)}${returned}`
      const { body, refusal } = await call('UpdateItem', `${start},"Key":${keyText(key)}${expressions}}`)
      return refusal ?? { isMade: true, document: documentOf(body?.Attributes ?? {}) }
    },

    async *list(pk, skPrefix) {
      if (!(await isFor())) return yield* sdk.list(pk, skPrefix)
      const asked = `${start},"ConsistentRead":true${expressionsText(keyCondition(pk, skPrefix))}`
      let after = ''
      do {
        const { body } = await call('Query', `${asked}${after}}`)
        yield* (body?.Items ?? []).map(documentOf)
        after = body?.LastEvaluatedKey ? `,"ExclusiveStartKey":${JSON.stringify(body.LastEvaluatedKey)}` : ''
      } while (after !== '')
    }
  }
}

const newItem = ',"ReturnValues":"ALL_NEW"'
const oldItem = ',"ReturnValuesOnConditionCheckFailure":"ALL_OLD"'

const keyText = ({ pk, sk }: RecordKey): string => documentText({ pk, sk })

type Expressions = Partial<Update> & { readonly KeyConditionExpression?: string }

const expressionsText = ({
  KeyConditionExpression,
  UpdateExpression,
  ConditionExpression,
  ExpressionAttributeNames,
  ExpressionAttributeValues
}: Expressions): string => {
  let text = ''
  if (KeyConditionExpression !== undefined)
    text += `,"KeyConditionExpression":${JSON.stringify(KeyConditionExpression)}`
  if (UpdateExpression !== undefined) text += `,"UpdateExpression":${JSON.stringify(UpdateExpression)}`
  if (ConditionExpression !== undefined)
    text += `,"ConditionExpression":${JSON.stringify(ConditionExpression)}`
  if (ExpressionAttributeNames)
    text += `,"ExpressionAttributeNames":${JSON.stringify(ExpressionAttributeNames)}`
  if (ExpressionAttributeValues)
    text += `,"ExpressionAttributeValues":${documentText(ExpressionAttributeValues)}`
  return text
}
