import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DescribeTableCommand,
  type DynamoDBClient
} from '@aws-sdk/client-dynamodb'

const mostLooks = 500

/** Drops a table and creates another one under its name, the way an owner does behind our back. */
export const replaceTable = async (client: DynamoDBClient, table: CreateTableCommandInput): Promise<void> => {
  await dropTable(client, table.TableName ?? '')
  await client.send(new CreateTableCommand(table))
  await untilActive(client, table.TableName ?? '')
}

/** A table that is being created refuses writes for a moment. */
export const untilActive = async (client: DynamoDBClient, name: string): Promise<void> => {
  for (let looks = 0; looks < mostLooks; looks += 1) if ((await statusOf(client, name)) === 'ACTIVE') return
  throw new Error('the new table does not become active')
}

export const dropTable = async (client: DynamoDBClient, TableName: string): Promise<void> => {
  await client.send(new DeleteTableCommand({ TableName }))
  for (let looks = 0; looks < mostLooks; looks += 1)
    if ((await statusOf(client, TableName)) === undefined) return
  throw new Error('the old table does not go')
}

const statusOf = async (client: DynamoDBClient, TableName = ''): Promise<string | undefined> => {
  try {
    return (await client.send(new DescribeTableCommand({ TableName }))).Table?.TableStatus
  } catch {
    return undefined
  }
}

/** `tableInput('orders', { id: 'S' }, { region: 'S' })`: keys, and one index for each further name. */
export const tableInput = (
  TableName: string,
  keys: Readonly<Record<string, 'S' | 'N' | 'B'>>,
  indexed: Readonly<Record<string, 'S' | 'N' | 'B'>> = {}
): CreateTableCommandInput => ({
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: Object.entries({ ...keys, ...indexed }).map(([AttributeName, AttributeType]) => ({
    AttributeName,
    AttributeType
  })),
  KeySchema: Object.keys(keys).map((AttributeName, n) => ({
    AttributeName,
    KeyType: n === 0 ? 'HASH' : 'RANGE'
  })),
  ...(Object.keys(indexed).length > 0
    ? {
        GlobalSecondaryIndexes: Object.keys(indexed).map((AttributeName) => ({
          IndexName: `by_${AttributeName}`,
          KeySchema: [{ AttributeName, KeyType: 'HASH' as const }],
          Projection: { ProjectionType: 'ALL' as const }
        }))
      }
    : {})
})
