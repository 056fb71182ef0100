import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  type KeySchemaElement,
  type ScalarAttributeType
} from '@aws-sdk/client-dynamodb'
import { shownKeys, type TableSpec } from './table-spec.ts'

/** @throws Error when the table that is there has other keys than the ones asked for */
const checkKeys = async (client: DynamoDBClient, { name, keys }: TableSpec): Promise<void> => {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: name }))
  const types = new Map(Table?.AttributeDefinitions?.map((key) => [key.AttributeName, key.AttributeType]))
  const schema = Table?.KeySchema?.toSorted((a) => (a.KeyType === 'HASH' ? -1 : 1)) ?? []
  const found = schema.map((key) => `${key.AttributeName}:${types.get(key.AttributeName)}`).join()
  if (found !== shownKeys(keys))
    throw new Error(`--table ${name}=${shownKeys(keys)}: the table exists, with the keys ${found}`)
}

/** Creates the table on a loopback DynamoDB unless it is there. @throws Error when it is there with other keys */
export const createTable = async (client: DynamoDBClient, table: TableSpec): Promise<void> => {
  const { name, keys } = table
  const command = new CreateTableCommand({
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: keys.map((key) => ({
      AttributeName: key.name,
      AttributeType: key.type as ScalarAttributeType
    })),
    KeySchema: keys.map(
      (key, n): KeySchemaElement => ({ AttributeName: key.name, KeyType: n === 0 ? 'HASH' : 'RANGE' })
    )
  })
  try {
    await client.send(command)
  } catch (error) {
    if ((error as Error).name !== 'ResourceInUseException') throw error
    await checkKeys(client, table)
  }
}
