import { randomUUID } from 'node:crypto'
import {
  type AttributeValue,
  BatchWriteItemCommand,
  DeleteTableCommand,
  DynamoDBClient,
  waitUntilTableExists
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTable } from '../../api/local/create-table.ts'
import { isLoopback } from '../../api/runtime/dynamodb-client.ts'
import { type Engine, startEngine } from '../support/engines.ts'
import {
  answerIn,
  attributeNames,
  type OptionsCell,
  optionsCells,
  sentIn,
  storedAfter,
  storedBefore
} from '../support/options-table.ts'
import { JsonText, openTestApp, scanTable, type TestApp } from '../support/test-app.ts'

type ItemRecord = Readonly<Record<string, AttributeValue>>

const prefix = `options-${randomUUID()}`
const nameCases = ['as_is', 'lower', 'camel'] as const
const tableFor = (names: OptionsCell['names']) => `${prefix}-${names}`

let engine: Engine
let client: DynamoDBClient
let app: TestApp
let answers: ReadonlyMap<string, unknown>
let items: ReadonlyMap<string, ItemRecord>

const idOf = (cell: OptionsCell, fit: 'good' | 'bad') => `${cell.id} ${fit}`

/** Sends one row a cell and fit, all in one batch; the answers by item. */
const push = async (): Promise<ReadonlyMap<string, unknown>> => {
  const rows = optionsCells.flatMap((cell) =>
    (['good', 'bad'] as const).map((fit) => {
      const id = idOf(cell, fit)
      const { item, options } = sentIn({ ...cell, id }, fit)
      return { id, args: [tableFor(cell.names), new JsonText(item), new JsonText(options)] as const }
    })
  )
  const results = await app.push(rows.map(({ args }) => args))
  return new Map(rows.map(({ id }, n) => [id, results[n]]))
}

/** Members of sets come back in any order. */
const inOrder = (item: ItemRecord): ItemRecord =>
  Object.fromEntries(
    Object.entries(item).map(([name, value]) => {
      if (value.SS) return [name, { SS: value.SS.toSorted() }]
      return [name, value.NS ? { NS: value.NS.toSorted() } : value]
    })
  )

const readAll = async (): Promise<ReadonlyMap<string, ItemRecord>> => {
  const found = new Map<string, ItemRecord>()
  for (const names of nameCases)
    for (const item of await scanTable(client, tableFor(names)))
      found.set(item[attributeNames[names].key]?.S ?? '', inOrder(item))
  return found
}

beforeAll(async () => {
  engine = await startEngine(process.env)
  const { endpoint } = engine
  const local = { region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
  client = new DynamoDBClient({ endpoint, ...(isLoopback(endpoint) ? local : {}) })
  app = openTestApp(endpoint)
  for (const names of nameCases) {
    const TableName = tableFor(names)
    await createTable(client, { name: TableName, keys: [{ name: attributeNames[names].key, type: 'S' }] })
    await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 2 }, { TableName })
    const before = optionsCells
      .filter((cell) => cell.names === names)
      .flatMap((cell) =>
        (['good', 'bad'] as const).map((fit) => storedBefore({ ...cell, id: idOf(cell, fit) }))
      )
    for (let n = 0; n < before.length; n += 25)
      await client.send(
        new BatchWriteItemCommand({
          RequestItems: { [TableName]: before.slice(n, n + 25).map((Item) => ({ PutRequest: { Item } })) }
        })
      )
  }
  answers = await push()
  items = await readAll()
})

afterAll(async () => {
  await app.close()
  for (const names of nameCases) await client.send(new DeleteTableCommand({ TableName: tableFor(names) }))
  client.destroy()
  await engine.stop()
})

describe.each(optionsCells)('mode $mode, nulls $nulls, names $names, types $type', (cell) => {
  it('leaves the item that the options say', () => {
    const id = idOf(cell, 'good')

    expect(answers.get(id)).toEqual(answerIn(cell, 'good'))
    expect(items.get(id)).toEqual(storedAfter({ ...cell, id }))
  })

  it('leaves the item as it was when the value does not fit, unless it only deletes', () => {
    const id = idOf(cell, 'bad')

    expect(answers.get(id)).toMatchObject(answerIn(cell, 'bad'))
    expect(items.get(id)).toEqual(cell.mode === 'delete' ? undefined : storedBefore({ ...cell, id }))
  })
})
