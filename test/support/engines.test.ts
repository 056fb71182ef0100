import { connect } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { afterEach, describe, expect, it } from 'vitest'
import { type Engine, engineName, startEngine } from './engines.ts'
import { installedDynoxide } from './install-dynoxide.ts'

const tablesOf = async (endpoint: string): Promise<string[] | undefined> => {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })
  try {
    return (await client.send(new ListTablesCommand())).TableNames
  } finally {
    client.destroy()
  }
}

let engine: Engine | undefined
afterEach(async () => {
  await engine?.stop()
  engine = undefined
})

describe('the environment chooses the engine', () => {
  it('is dynalite when nothing is said', () => {
    expect(engineName({})).toBe('dynalite')
    expect(engineName({ ENGINE: '' })).toBe('dynalite')
  })

  it('is the one that ENGINE names', () => {
    expect(engineName({ ENGINE: 'dynoxide' })).toBe('dynoxide')
  })

  it('refuses an unknown name and lists the known ones', () => {
    expect(() => engineName({ ENGINE: 'dynamo' })).toThrow(
      "ENGINE is 'dynamo'; set it to dynalite or dynoxide"
    )
  })

  it('is the running DynamoDB that DYNAMODB_ENDPOINT points at, whatever ENGINE says', async () => {
    engine = await startEngine({ DYNAMODB_ENDPOINT: 'http://127.0.0.1:8000', ENGINE: 'dynoxide' })
    expect(engine.endpoint).toBe('http://127.0.0.1:8000')
  })
})

describe('dynalite as an engine', () => {
  it('answers on loopback with no tables, and is gone once stopped', async () => {
    const { endpoint, stop } = await startEngine({})
    expect(new URL(endpoint).hostname).toBe('127.0.0.1')
    expect(await tablesOf(endpoint)).toEqual([])
    await stop()
    await expect(tablesOf(endpoint)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('gives each start tables of its own', async () => {
    engine = await startEngine({})
    const other = await startEngine({})
    expect(other.endpoint).not.toBe(engine.endpoint)
    await other.stop()
  })

  it('outlives a client that goes away in the middle of a request', async () => {
    engine = await startEngine({})
    const socket = connect(Number(new URL(engine.endpoint).port), '127.0.0.1')
    const head = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{"TableName":'
    await new Promise<void>((resolve) => socket.write(head, () => resolve()))
    expect(await tablesOf(engine.endpoint)).toEqual([])
    socket.resetAndDestroy()
    await nextTurn()
    expect(await tablesOf(engine.endpoint)).toEqual([])
  })
})

describe('dynoxide as an engine', () => {
  it('is refused by name where it is not made for the platform', async () => {
    await expect(installedDynoxide(AbortSignal.timeout(1_000), 'darwin-arm64')).rejects.toThrow(
      'made for linux-x64, and this is darwin-arm64'
    )
  })
})
