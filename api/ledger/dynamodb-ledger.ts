import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  UpdateCommand
} from '@aws-sdk/lib-dynamodb'
import { type LedgerRecord, type LedgerStore, ledgerTableName, type RecordKey } from './ledger-store.ts'
import { withForms } from './record-form.ts'

/** The ledger kept in DynamoDB. Our own records only: customers' items never go through the document client. */
export const dynamodbLedger = (client: DynamoDBClient, TableName = ledgerTableName): LedgerStore => {
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } })
  const keyOf = ({ pk, sk }: RecordKey): RecordKey => ({ pk, sk })

  return withForms({
    async get<T extends LedgerRecord>(key: RecordKey) {
      const command = new GetCommand({ TableName, Key: keyOf(key), ConsistentRead: true })
      return (await documents.send(command)).Item as T | undefined
    },

    async put(record, was) {
      const unchanged =
        was === undefined
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : { ConditionExpression: 'rev = :was', ExpressionAttributeValues: { ':was': was } }
      try {
        await documents.send(new PutCommand({ TableName, Item: { ...record }, ...unchanged }))
        return true
      } catch (error) {
        if ((error as Error).name === 'ConditionalCheckFailedException') return false
        throw error
      }
    },

    async *list<T extends LedgerRecord>(pk: string, skPrefix: string) {
      const pages = paginateQuery(
        { client: documents },
        {
          TableName,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': pk, ':prefix': skPrefix }
        }
      )
      for await (const { Items = [] } of pages) yield* Items as T[]
    },

    async add(key, amount, expiresAt) {
      const command = new UpdateCommand({
        TableName,
        Key: keyOf(key),
        UpdateExpression: 'SET expires_at = :expires ADD amount :amount',
        ExpressionAttributeValues: { ':amount': amount, ':expires': expiresAt },
        ReturnValues: 'ALL_NEW'
      })
      return Number((await documents.send(command)).Attributes?.amount ?? 0)
    },

    async join(key, member, untilMs, expiresAt) {
      const put = new UpdateCommand({
        TableName,
        Key: keyOf(key),
        UpdateExpression: 'SET expires_at = :expires, #member = :until',
        ExpressionAttributeNames: { '#member': `m:${member}` },
        ExpressionAttributeValues: { ':until': untilMs, ':expires': expiresAt },
        ReturnValues: 'ALL_NEW'
      })
      const members: Record<string, number> = {}
      for (const [name, until] of Object.entries((await documents.send(put)).Attributes ?? {}))
        if (name.startsWith('m:')) members[name.slice(2)] = Number(until)
      return members
    }
  } satisfies LedgerStore)
}
