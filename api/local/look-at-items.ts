import {
  type AttributeValue,
  DescribeTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  ScanCommand
} from '@aws-sdk/client-dynamodb'
import { itemJson } from '../answer/item-json.ts'
import { parseJson } from '../json/json-text.ts'
import { JsonNumber, JsonObject } from '../json/json-value.ts'
import { nearest } from '../json/nearest.ts'
import { ledgerTableName } from '../ledger/ledger-store.ts'
import { shownTable, type TableSpec } from './table-spec.ts'

/** Tables that were not made by us alone: all but the ledger. */
export const tablesThere = async (client: DynamoDBClient): Promise<readonly string[]> => {
  const names: string[] = []
  let from: string | undefined
  do {
    const page = await client.send(new ListTablesCommand({ ExclusiveStartTableName: from }))
    names.push(...(page.TableNames ?? []))
    from = page.LastEvaluatedTableName
  } while (from !== undefined)
  return names.filter((name) => name !== ledgerTableName)
}

/** The keys of a table. @throws Error that names the tables that are there, when it is not */
export const describeTable = async (client: DynamoDBClient, name: string): Promise<TableSpec> => {
  const described = await client.send(new DescribeTableCommand({ TableName: name })).catch((error: Error) => {
    if (error.name === 'ResourceNotFoundException' || error.name === 'ValidationException') return undefined
    throw error
  })
  if (described?.Table === undefined) throw new Error(noTable(name, await tablesThere(client)))
  const { KeySchema = [], AttributeDefinitions = [] } = described.Table
  const types = new Map(AttributeDefinitions.map((each) => [each.AttributeName, each.AttributeType]))
  const keys = KeySchema.toSorted((a) => (a.KeyType === 'HASH' ? -1 : 1)).map(({ AttributeName = '' }) => ({
    name: AttributeName,
    type: (types.get(AttributeName) ?? 'S') as 'S'
  }))
  return { name, keys }
}

/** What is said of a table that is not there: the one that was meant, and those that are there. */
export const noTable = (name: string, known: readonly string[]): string => {
  const sameButCase = known.find((other) => other.toLowerCase() === name.toLowerCase())
  const meant = sameButCase ?? nearest(name, known)
  if (sameButCase !== undefined) return `there is no table ${name}, but ${sameButCase}: names differ by case`
  const others = known.length === 0 ? 'there is none yet' : `there are ${known.join(', ')}`
  return `there is no table ${name}${meant === undefined ? '' : `: did you mean ${meant}?`} (${others}; npm run load -- --table name=key:S makes one)`
}

/** Items of a table as JSON text, numbers with all their digits. */
export interface Looked {
  readonly items: readonly string[]
  /** The table holds more than these. */
  readonly hasMore: boolean
}

/**
 * One item by its key, or the first ones that the table gives.
 *
 * @param key `a-1`, or `c-1,17` with a sort key, or a JSON object of the key attributes
 * @throws Error in one line: no such table, or a key of another form
 */
export const lookAtItems = async (
  client: DynamoDBClient,
  name: string,
  key: string | undefined,
  most: number
): Promise<Looked> => {
  const table = await describeTable(client, name)
  if (key === undefined) {
    const items: string[] = []
    let from: Record<string, AttributeValue> | undefined
    do {
      const page = await client.send(
        new ScanCommand({ TableName: name, Limit: most + 1 - items.length, ExclusiveStartKey: from })
      )
      items.push(...(page.Items ?? []).map(textOf))
      from = page.LastEvaluatedKey
    } while (from !== undefined && items.length <= most)
    return { items: items.slice(0, most), hasMore: items.length > most }
  }
  const { Item } = await client.send(
    new GetItemCommand({ TableName: name, Key: readKey(key, table), ConsistentRead: true })
  )
  return { items: Item === undefined ? [] : [textOf(Item)], hasMore: false }
}

const textOf = (item: Record<string, AttributeValue>): string => itemJson(new Map(Object.entries(item)))

/** @throws Error that shows the form */
const readKey = (text: string, table: TableSpec): Record<string, AttributeValue> => {
  const { keys } = table
  const wrong = (): Error =>
    new Error(
      `the key of ${shownTable(table)} is ${keys.map(({ name }) => `<${name}>`).join(',')} or ` +
        `'{${keys.map(({ name }) => `"${name}": …`).join(', ')}}'`
    )
  const values = text.trimStart().startsWith('{') ? membersOf(text) : partsOf(text, keys.length)
  const made: Record<string, AttributeValue> = {}
  for (const [at, { name, type }] of keys.entries()) {
    const value = values instanceof Map ? values.get(name) : (values as readonly string[] | undefined)?.[at]
    if (value === undefined) throw wrong()
    made[name] =
      type === 'B' ? { B: Buffer.from(value, 'base64') } : ({ [type]: value } as unknown as AttributeValue)
  }
  return made
}

/** A partition key may hold commas: the last one stands before the sort key. */
const partsOf = (text: string, count: number): readonly string[] => {
  if (count === 1) return [text]
  const comma = text.lastIndexOf(',')
  return comma < 0 ? [text] : [text.slice(0, comma), text.slice(comma + 1)]
}

const membersOf = (text: string): ReadonlyMap<string, string> | undefined => {
  try {
    const members = parseJson(text)
    if (!(members instanceof JsonObject)) return undefined
    return new Map(
      [...members].flatMap(([name, value]) =>
        typeof value === 'string'
          ? [[name, value] as const]
          : value instanceof JsonNumber
            ? [[name, value.text] as const]
            : []
      )
    )
  } catch {
    return undefined
  }
}
