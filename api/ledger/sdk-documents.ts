import type { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  UpdateCommand
} from '@aws-sdk/lib-dynamodb'
import { documentOf } from './document.ts'
import { conditionFailed, type Documents, keyCondition, type Refusal } from './documents.ts'

/** The ledger's table by the SDK's document client. Our own records only: customers' items never go through it. */
export const sdkDocuments = (client: DynamoDBClient, TableName: string): Documents => {
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } })
  return {
    async get({ pk, sk }) {
      return (await documents.send(new GetCommand({ TableName, Key: { pk, sk }, ConsistentRead: true }))).Item
    },

    async put(document, condition) {
      try {
        await documents.send(new PutCommand({ TableName, Item: { ...document }, ...condition }))
        return { isMade: true }
      } catch (error) {
        return refused(error)
      }
    },

    async update({ pk, sk }, update) {
      const command = new UpdateCommand({
        TableName,
        Key: { pk, sk },
        ...update,
        ReturnValues: 'ALL_NEW',
        ...(update.ConditionExpression !== undefined && { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })
      })
      try {
        return { isMade: true, document: (await documents.send(command)).Attributes ?? {} }
      } catch (error) {
        return refused(error)
      }
    },

    async *list(pk, skPrefix) {
      const pages = paginateQuery(
        { client: documents },
        { TableName, ConsistentRead: true, ...keyCondition(pk, skPrefix) }
      )
      for await (const { Items = [] } of pages) yield* Items
    }
  }
}

/** @throws the error, unless it says that the condition did not hold */
const refused = (error: unknown): Refusal => {
  const { name, Item, $metadata } = error as ConditionalCheckFailedException
  if (name !== conditionFailed) throw error
  return { isMade: false, document: Item && documentOf(Item), isRepeat: ($metadata?.attempts ?? 1) > 1 }
}
