import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  type KeySchemaElement,
  type ScalarAttributeType
} from '@aws-sdk/client-dynamodb'
import { ledgerTableName } from '../ledger/ledger-store.ts'

/** A table as the local commands take it: `--table orders=id:S`, `--table events=pk:S,sk:N`. */
export interface TableSpec {
  readonly name: string
  readonly keys: ReadonlyArray<{ readonly name: string; readonly type: 'S' | 'N' | 'B' }>
}

/** @throws Error that shows the form, when the text does not have it */
export const readTableSpec = (text: string): TableSpec => {
  const parts = /^([A-Za-z0-9_.-]{3,255})=([^,]{1,255}?):([SNB])(?:,([^,]{1,255}?):([SNB]))?$/.exec(text)
  if (!parts)
    throw new Error(
      `--table ${text}: write it as name=key:T or name=key:T,sortkey:T with T one of S, N, B; ` +
        'a name has 3 to 255 letters, digits, _ . or -'
    )
  const [, name = '', partitionKey = '', partitionType = 'S', sortKey, sortType] = parts
  const keys = [{ name: partitionKey, type: partitionType as 'S' }]
  if (sortKey !== undefined) keys.push({ name: sortKey, type: sortType as 'S' })
  if (sortKey === partitionKey) throw new Error(`--table ${text}: partition key and sort key need two names`)
  if (name === ledgerTableName) throw new Error(`--table ${text}: the ledger of the service has this name`)
  return { name, keys }
}

/** Several `--table`. @throws Error when one of them cannot be read, or a table is named twice */
export const readTableSpecs = (texts: readonly string[]): readonly TableSpec[] => {
  const specs = texts.map(readTableSpec)
  const repeated = specs.find(({ name }, at) => specs.findIndex((other) => other.name === name) < at)
  if (repeated) throw new Error(`--table ${repeated.name} is given twice`)
  return specs
}

const shown = (keys: TableSpec['keys']): string => keys.map(({ name, type }) => `${name}:${type}`).join()

/** A table as `--table` takes it. */
export const shownTable = ({ name, keys }: TableSpec): string => `${name}=${shown(keys)}`

/** @throws Error when the table that is there has other keys than the ones asked for */
const checkKeys = async (client: DynamoDBClient, { name, keys }: TableSpec): Promise<void> => {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: name }))
  const types = new Map(Table?.AttributeDefinitions?.map((key) => [key.AttributeName, key.AttributeType]))
  const schema = Table?.KeySchema?.toSorted((a) => (a.KeyType === 'HASH' ? -1 : 1)) ?? []
  const found = schema.map((key) => `${key.AttributeName}:${types.get(key.AttributeName)}`).join()
  if (found !== shown(keys))
    throw new Error(`--table ${name}=${shown(keys)}: the table exists, with the keys ${found}`)
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
