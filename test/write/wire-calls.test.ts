import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterEach, expect, it, vi } from 'vitest'
import { clientWire } from '../../api/wire/client-wire.ts'
import type { DynamodbCalls } from '../../api/write/dynamodb-calls.ts'
import { wireCalls } from '../../api/write/wire-calls.ts'

/** No call gets as far as its writes or keys: the table's endpoint is not found. */

const sdk = vi.fn<() => Promise<never>>()
const others: DynamodbCalls = { batchWrite: sdk, writeItem: sdk, batchGet: sdk, getItem: sdk }
const never = new AbortController().signal

afterEach(() => {
  vi.clearAllMocks()
})

const unreachable = () => {
  const credentials = vi.fn(() => Promise.reject(new Error('no credentials')))
  const client = new DynamoDBClient({ region: 'eu-west-1', credentials, maxAttempts: 1 })
  return { calls: wireCalls(clientWire(client, { answerMs: 1_000 }), others), credentials }
}

it.each<readonly [string, (calls: DynamodbCalls) => Promise<unknown>]>([
  ['batchWrite', (calls) => calls.batchWrite('orders', [], never)],
  ['writeItem', (calls) => calls.writeItem('orders', undefined as never, never)],
  ['batchGet', (calls) => calls.batchGet('orders', [], never)],
  ['getItem', (calls) => calls.getItem('orders', undefined as never, never)]
])('fails the call, and nothing but the call, when no credentials are found: %s', async (_name, call) => {
  const unhandled = vi.fn()
  process.on('unhandledRejection', unhandled)
  try {
    const { calls, credentials } = unreachable()
    await expect(call(calls)).rejects.toThrow('no credentials')
    // Node tells of rejections that nobody holds once all that was ready has run.
    await new Promise((resolve) => setImmediate(resolve))
    expect(unhandled).not.toHaveBeenCalled()
    expect(credentials).toHaveBeenCalledOnce()
    expect(sdk).not.toHaveBeenCalled()
  } finally {
    process.off('unhandledRejection', unhandled)
  }
})
