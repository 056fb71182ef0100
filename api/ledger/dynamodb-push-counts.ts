import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { ledgerTableName } from './ledger-store.ts'
import type { PushCounts } from './push-counts.ts'

/** Pushes counted in the ledger's table: one update a batch. */
export const dynamodbPushCounts = (client: DynamoDBClient, TableName = ledgerTableName): PushCounts => {
  const documents = DynamoDBDocumentClient.from(client)
  return {
    async add({ pk, sk }, labels, amounts, expiresAt) {
      const names: Record<string, string> = {}
      const values: Record<string, string | number> = {}
      const part = (name: string, value: string | number, sign: string): string => {
        const place = Object.keys(names).length
        names[`#${place}`] = name
        values[`:${place}`] = value
        return `#${place} ${sign} :${place}`
      }
      const sets = [part('expires_at', expiresAt, '=')]
      for (const [name, value] of Object.entries(labels))
        if (value !== undefined) sets.push(part(name, value, '='))
      const adds = Object.entries(amounts)
        .filter(([, amount]) => amount !== 0)
        .map(([name, amount]) => part(name, amount, ''))
      const command = new UpdateCommand({
        TableName,
        Key: { pk, sk },
        UpdateExpression: `SET ${sets.join()}${adds.length > 0 ? ` ADD ${adds.join()}` : ''}`,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: values
      })
      await documents.send(command)
    }
  }
}
