import {
  CreateTableCommand,
  type DynamoDBClient,
  type KeySchemaElement,
  type ScalarAttributeType
} from '@aws-sdk/client-dynamodb'

/** A table as the local commands take it: `--table orders=id:S`, `--table events=pk:S,sk:N`. */
export interface TableSpec {
  readonly name: string
  readonly keys: ReadonlyArray<{ readonly name: string; readonly type: 'S' | 'N' | 'B' }>
}

/** @throws Error that shows the form, when the text does not have it */
export const readTableSpec = (text: string): TableSpec => {
  const parts = /^([A-Za-z0-9_.-]{3,255})=([^,]+?):([SNB])(?:,([^,]+?):([SNB]))?$/.exec(text)
  if (!parts)
    throw new Error(
      `--table ${text}: write it as name=key:T or name=key:T,sortkey:T with T one of S, N, B; ` +
        'a name has 3 to 255 letters, digits, _ . or -'
    )
  const [, name = '', partitionKey = '', partitionType = 'S', sortKey, sortType] = parts
  const keys = [{ name: partitionKey, type: partitionType as 'S' }]
  if (sortKey !== undefined) keys.push({ name: sortKey, type: sortType as 'S' })
  if (sortKey === partitionKey) throw new Error(`--table ${text}: partition key and sort key need two names`)
  return { name, keys }
}

/** Creates the table on a loopback DynamoDB unless it is there. */
export const createTable = async (client: DynamoDBClient, { name, keys }: TableSpec): Promise<void> => {
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
  }
}
