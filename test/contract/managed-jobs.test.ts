import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { importTables } from '../../api/load/managed/import-tables.ts'
import type { TargetTable } from '../../api/plan/target-table.ts'
import { dynamodbClient } from '../../api/runtime/dynamodb-client.ts'
import { dynamodbJobs } from '../../api/write/dynamodb-jobs.ts'
import type { JobAnswer, ManagedJobs } from '../../api/write/managed-jobs.ts'
import type { SentItem } from '../support/bulk-operations.ts'
import { type DynamodbWithJobs, startDynamodbWithJobs } from '../support/dynamodb-with-jobs.ts'
import { memoryStore } from '../support/memory-store.ts'
import { openEngine } from '../support/open-engine.ts'
import type { CreatedByImport } from '../support/table-imports.ts'

// The port against the stand-in, whose every behaviour names its page; `npm run prove:engine -- --bucket … --table …`
// is the same against AWS.

const signal = new AbortController().signal
const store = memoryStore()
const stored: SentItem[] = []
const tables: Record<string, readonly string[]> = { orders: ['id'] }
const made: CreatedByImport[] = []
let dynamodb: DynamodbWithJobs
let client: ReturnType<typeof dynamodbClient>
let jobs: ManagedJobs

beforeAll(async () => {
  dynamodb = await startDynamodbWithJobs({
    store,
    tables,
    make: async (table, parameters) => {
      tables[table] = (parameters.KeySchema ?? []).map(({ AttributeName }) => AttributeName)
      made.push(parameters)
    },
    put: async (_table, items) => void stored.push(...items)
  })
  client = dynamodbClient(dynamodb.endpoint, 1_000)
  jobs = dynamodbJobs(client, { bucket: 'chunks', timeoutMs: 1_000 })
  store.objects.set('in/a.json.gz', gzipSync('{"Item":{"id":{"S":"x"}}}\n{"Item":{"id":{"S":"y"}}}\n'))
})
beforeEach(() => {
  dynamodb.operations.forget()
  dynamodb.operations.plays({})
  dynamodb.imports.forget()
  dynamodb.imports.plays({})
  stored.length = 0
  made.length = 0
  delete tables.events
})
afterAll(async () => {
  client.destroy()
  await dynamodb.close()
})

const looked: ManagedJobs['lookAtBulkPut'] = async (...args) => {
  await dynamodb.operations.idle()
  return jobs.lookAtBulkPut(...args)
}
const job = { table: 'orders', token: 't1', items: 'in/', report: 'out/' }

describe('jobs of DynamoDB', () => {
  it('write the items below a prefix, and tell how many', async () => {
    const started = await jobs.startBulkPut(job, signal)
    expect(started).toMatchObject({ kind: 'job', job: { state: 'running' } })
    const arn = started.kind === 'job' ? started.job.arn : ''
    expect(await looked('orders', arn, signal)).toMatchObject({
      kind: 'job',
      job: { arn, state: 'complete', processed: 2, failed: 0, bytes: expect.any(Number) }
    })
    expect(stored.map(({ id }) => id?.S).toSorted()).toEqual(['x', 'y'])
  })

  it('are one job a token', async () => {
    const [first, second] = [await jobs.startBulkPut(job, signal), await jobs.startBulkPut(job, signal)]
    expect(first.kind === 'job' && first.job.arn).toBe(second.kind === 'job' && second.job.arn)
    expect(dynamodb.operations.begun()).toBe(1)
    expect(await jobs.startBulkPut({ ...job, items: 'elsewhere/' }, signal)).toMatchObject({
      kind: 'no',
      reason: expect.stringContaining('IdempotentParameterMismatchException')
    })
  })

  it('tell of items that were not written, and of a failure', async () => {
    dynamodb.operations.plays({ refuse: ({ id }) => (id?.S === 'x' ? 'no' : undefined) })
    const [started] = [await jobs.startBulkPut(job, signal)]
    const arn = started.kind === 'job' ? started.job.arn : ''
    expect(await looked('orders', arn, signal)).toMatchObject({
      job: { state: 'complete', processed: 2, failed: 1 }
    })
    dynamodb.operations.plays({ failsAfter: 1 })
    const failing = await jobs.startBulkPut({ ...job, token: 't2' }, signal)
    expect(await looked('orders', failing.kind === 'job' ? failing.job.arn : '', signal)).toMatchObject({
      job: { state: 'failed', processed: 1, reason: expect.stringContaining('InternalServerError') }
    })
  })

  it('can be cancelled', async () => {
    const started = await jobs.startBulkPut(job, signal)
    const arn = started.kind === 'job' ? started.job.arn : ''
    expect(await jobs.cancelBulkPut('orders', arn, signal)).toMatchObject({
      kind: 'job',
      job: { state: 'running' }
    })
    expect(await looked('orders', arn, signal)).toMatchObject({ job: { state: 'cancelled' } })
  })

  it.each([
    ['a table that is not there', { ...job, table: 'gone' }, 'ResourceNotFound'],
    ['a rate below 1,024', { ...job, maxWcu: 1_023 }, 'at least 1024']
  ])('are refused for good: %s', async (_, wanted, words) => {
    const answer = await jobs.startBulkPut(wanted, signal)
    expect(answer.kind).toBe('no')
    expect(JSON.stringify(answer)).toMatch(words === 'ResourceNotFound' ? /refused/ : new RegExp(words))
  })

  it.each(['LimitExceededException', 'ThrottlingException', 'ResourceInUseException'])(
    'are worth asking for again: %s',
    async (name) => {
      dynamodb.operations.plays({ refusedStarts: { name, times: 1 } })
      expect(await jobs.startBulkPut(job, signal)).toMatchObject({ kind: 'later' })
      expect(await jobs.startBulkPut(job, signal)).toMatchObject({ kind: 'job' })
    }
  )

  it('whose start was not answered are worth asking for again, and are the same job', async () => {
    dynamodb.operations.plays({ lostStarts: 1 })
    expect(await jobs.startBulkPut(job, signal)).toMatchObject({ kind: 'later' })
    expect(await jobs.startBulkPut(job, signal)).toMatchObject({ kind: 'job' })
    expect(dynamodb.operations.begun()).toBe(1)
  })

  it('that are not allowed say so, with the cure', async () => {
    dynamodb.operations.plays({ refusedStarts: { name: 'AccessDeniedException', times: 1 } })
    expect(await jobs.startBulkPut(job, signal)).toMatchObject({
      kind: 'no',
      reason: 'StartBulkPutItems is not allowed (AccessDeniedException): deploy again, and run the doctor'
    })
  })

  it('are waited for longer and longer, a minute at most', () => {
    const waits = Array.from({ length: 12 }, (_, n) => jobs.waitMs(n))
    expect(waits).toEqual(waits.toSorted((a, b) => a - b))
    expect([waits[0], waits.at(-1)]).toEqual([5_000, 60_000])
  })
})

describe('imports of DynamoDB', () => {
  const table = importTables({
    events: [
      { name: 'id', type: 'S' },
      { name: 'at', type: 'N' }
    ]
  }).get('events') as TargetTable
  const wanted = { table, token: 'i1', items: 'in/' }
  const arnOf = (answer: JobAnswer): string => (answer.kind === 'job' ? answer.job.arn : '')
  const lookedAt = async (answer: JobAnswer) => {
    await dynamodb.imports.idle()
    return jobs.lookAtImport('events', arnOf(answer), signal)
  }

  it('make a table on demand by its keys, fill it, and tell totals', async () => {
    const started = await jobs.startImport(wanted, signal)
    expect(started).toMatchObject({ kind: 'job', job: { state: 'running' } })
    expect(await lookedAt(started)).toEqual({
      kind: 'job',
      job: { arn: arnOf(started), state: 'complete', processed: 2, imported: 2, failed: 0 }
    })
    expect(stored).toHaveLength(2)
    expect(made).toEqual([
      {
        TableName: 'events',
        AttributeDefinitions: [
          { AttributeName: 'id', AttributeType: 'S' },
          { AttributeName: 'at', AttributeType: 'N' }
        ],
        KeySchema: [
          { AttributeName: 'id', KeyType: 'HASH' },
          { AttributeName: 'at', KeyType: 'RANGE' }
        ],
        BillingMode: 'PAY_PER_REQUEST'
      }
    ])
  })

  it('are one import a token, also where the answer was lost', async () => {
    dynamodb.imports.plays({ lostStarts: 1 })
    expect(await jobs.startImport(wanted, signal)).toMatchObject({ kind: 'later' })
    const [second, third] = [await jobs.startImport(wanted, signal), await jobs.startImport(wanted, signal)]
    expect(arnOf(second)).not.toBe('')
    expect(arnOf(third)).toBe(arnOf(second))
    expect(dynamodb.imports.begun()).toBe(1)
    expect(await jobs.startImport({ ...wanted, items: 'elsewhere/' }, signal)).toMatchObject({
      kind: 'no',
      reason: expect.stringContaining('ImportConflictException')
    })
  })

  it('are refused for good where the table exists, with the cure', async () => {
    tables.events = ['id', 'at']
    expect(await jobs.startImport(wanted, signal)).toMatchObject({
      kind: 'no',
      reason: expect.stringMatching(/ResourceInUseException.*the table exists by now; redrive/)
    })
    expect(dynamodb.imports.begun()).toBe(0)
  })

  it.each(['LimitExceededException', 'ThrottlingException'])(
    'are worth asking for again: %s',
    async (name) => {
      dynamodb.imports.plays({ refusedStarts: { name, times: 1 } })
      expect(await jobs.startImport(wanted, signal)).toMatchObject({ kind: 'later' })
      expect(await jobs.startImport(wanted, signal)).toMatchObject({ kind: 'job' })
    }
  )

  it('tell of errors by their number, and of a failure', async () => {
    dynamodb.imports.plays({ refuse: ({ id }) => (id?.S === 'x' ? 'no' : undefined) })
    expect(await lookedAt(await jobs.startImport(wanted, signal))).toMatchObject({
      job: { state: 'complete', processed: 2, imported: 1, failed: 1 }
    })
    delete tables.events
    dynamodb.imports.plays({ failsAfter: 1 })
    expect(await lookedAt(await jobs.startImport({ ...wanted, token: 'i2' }, signal))).toMatchObject({
      job: { state: 'failed', processed: 1, reason: expect.stringContaining('InternalServerError') }
    })
  })

  it('that nobody knows are none', async () => {
    expect(await jobs.lookAtImport('events', 'arn:of:nothing', signal)).toMatchObject({ kind: 'no' })
  })
})

describe('a DynamoDB without jobs', () => {
  let engine: Awaited<ReturnType<typeof openEngine>>
  beforeEach(async () => {
    engine = await openEngine(process.env)
  })
  afterEach(() => engine.stop())

  it('says that it has none', async () => {
    const local = dynamodbClient(engine.endpoint, 2_000)
    const answer = await dynamodbJobs(local, { bucket: 'chunks' }).startBulkPut(job, signal)
    local.destroy()
    expect(answer.kind).toBe('no')
    expect(JSON.stringify(answer)).toContain('StartBulkPutItems')
  })
})
