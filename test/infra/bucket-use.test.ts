import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { readJson } from '../../api/batch/read-row.ts'
import { maxRowTextBytes } from '../../api/json/long-text.ts'
import { startLoad } from '../../api/load/start-load.ts'
import { dynamodbClient } from '../../api/runtime/dynamodb-client.ts'
import type { ObjectStore, StoredObject } from '../../api/store/object-store.ts'
import { dynamodbJobs } from '../../api/write/dynamodb-jobs.ts'
import { bulkWorld, ndjson, orders } from '../support/bulk-world.ts'
import { startDynamodbWithJobs } from '../support/dynamodb-with-jobs.ts'
import { onceWorld } from '../support/once-world.ts'
import { roleOfFunction } from './allowed-to.ts'

// What the code does in the bucket, call by call, against what the roles of its functions allow.

const forever = new AbortController().signal

const keyOf = (argument: unknown): string =>
  typeof argument === 'string' ? argument : (argument as StoredObject).key

/** What S3 asks IAM about each call. */
const asks: Readonly<Record<keyof ObjectStore, (first: string, second: string) => readonly string[]>> = {
  head: (key) => [`s3:GetObject ${key}`],
  stream: (key) => [`s3:GetObject ${key}`],
  slice: (key) => [`s3:GetObject ${key}`],
  read: (key) => [`s3:GetObject ${key}`],
  write: (key) => [`s3:PutObject ${key}`],
  writeStream: (key) => [`s3:PutObject ${key}`],
  copy: (from, to) => [`s3:GetObject ${from}`, `s3:PutObject ${to}`],
  remove: (key) => [`s3:DeleteObject ${key}`],
  removeSame: (key) => [`s3:GetObject ${key}`, `s3:DeleteObject ${key}`],
  list: () => ['s3:ListBucket']
}

/** The store, with what IAM is asked on every call noted down. */
const traced = <S extends object>(store: S, asked: string[]): S =>
  new Proxy(store, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name)
      const ask = asks[name as keyof ObjectStore]
      if (ask === undefined || typeof method !== 'function') return method
      return (...args: unknown[]) => {
        asked.push(...ask(keyOf(args[0]), String(args[1])))
        return method.apply(target, args)
      }
    }
  })

/** Calls that no statement of the role allows. */
const refused = (calls: Iterable<string>, allowed: readonly string[]): string[] =>
  [...new Set(calls)].filter((call) => {
    const [action, key] = call.split(/ (.*)/s)
    return !allowed.some((each) => {
      const [may, on = ''] = each.split(' on bucket')
      const pattern = on.slice(1).split('*').map(RegExp.escape).join('.*')
      return may === action && (key === undefined || (on !== '' && new RegExp(`^${pattern}$`, 's').test(key)))
    })
  })

it('the loader may do all that runs, drops, failures and redrives take', async () => {
  const calls: string[] = []
  const world = bulkWorld()
  const drain = () =>
    world.drain({
      life: (deps) => ({
        deps: { ...deps, store: traced(deps.store, calls) },
        deadline: forever
      })
    })
  world.unload('r1', {
    'a/b.ndjson.gz': gzipSync(orders(0, 10) + ndjson({ n: 'no key' })),
    'long.ndjson.gz': gzipSync(ndjson({ id: 'x'.repeat(maxRowTextBytes) })),
    'cut.ndjson.gz': gzipSync(orders(10, 20)).subarray(0, 30)
  })
  world.put('drop/orders/x.ndjson', orders(20, 30))
  world.put('drop/orders/_options.json', '{}')
  await world.arrive('unload/r1/manifest.json', 'drop/orders/x.ndjson')
  await drain()
  await world.redrive('r1')
  await drain()
  world.put('failed/r1/cut.ndjson.gz', gzipSync(orders(10, 20)))
  world.put('rejected/r1/a/b.ndjson.gz.ndjson.gz', gzipSync(ndjson({ id: 'mended' })))
  await world.redrive('r1')
  await drain()

  expect(world.store.keys('failed/')).toEqual([])
  await loadByJob(calls)
  expect(new Set(calls.map((call) => call.split('/')[0]))).toEqual(
    new Set([
      ...['unload', 'drop', 'rejected', 'failed', 'done', 'managed'].map(
        (prefix) => `s3:GetObject ${prefix}`
      ),
      ...['done', 'failed', 'rejected', 'audit', 'managed'].map((prefix) => `s3:PutObject ${prefix}`),
      ...['unload', 'drop', 'rejected', 'failed', 'managed'].map((prefix) => `s3:DeleteObject ${prefix}`),
      's3:ListBucket'
    ])
  )
  expect(refused(calls, roleOfFunction('Loads chunks from the bucket'))).toEqual([])
})

/** A run of engine bulk_put with an item that the job cannot write, and an object that a dead worker has left. */
const loadByJob = async (calls: string[]): Promise<void> => {
  const dynamodb = await startDynamodbWithJobs({
    get store() {
      return world.store
    },
    tables: { orders: ['id'] },
    put: async () => {}
  })
  dynamodb.operations.plays({ refuse: (item) => (item.id?.S === 'r0005' ? 'no' : undefined) })
  const client = dynamodbClient(dynamodb.endpoint)
  const world = bulkWorld({ managed: dynamodbJobs(client, { bucket: 'b' }) })
  world.unload('r1', { 'a.ndjson': orders(0, 10) }, { options: { engine: 'bulk_put' } })
  world.put('managed/r1/0/items/left.json.gz', gzipSync(''))
  await world.arrive('unload/r1/manifest.json')
  await world.drain({
    life: (deps) => ({ deps: { ...deps, store: traced(deps.store, calls) }, deadline: forever })
  })
  expect(await world.status('r1')).toMatchObject({ state: 'complete', rows: { written: 9, rejected: 1 } })
  client.destroy()
  await dynamodb.close()
}

it('push and spill may do all that slow and repeated batches take', async () => {
  const calls: { push: string[]; spill: string[] } = { push: [], spill: [] }
  const both: string[] = []
  const world = onceWorld({
    callMs: 1_000,
    deadlineMs: 100,
    broken: ({ store }) => ({ store: traced(store, both) })
  })
  // So many rejected rows that the answer does not fit into the ledger.
  const rows = Array.from({ length: 8_192 }, (_, n) => ({ id: n % 4 === 0 ? `r${n}` : null }))
  await world.deliver(rows).outcome
  calls.push.push(...both.splice(0))
  await world.drainAll()
  calls.spill.push(...both.splice(0))
  await world.poll()
  expect((await world.deliver(rows).outcome).results).toHaveLength(rows.length)
  calls.push.push(...both.splice(0))
  const manifest = '{"version":1,"run":"r1","table":"orders","files":[{"name":"a.ndjson","rows":1}]}'
  const bulk = bulkWorld()
  const store = traced(bulk.store, calls.push)
  for (const _twice of [1, 2])
    await startLoad(
      { ...bulk.deps, store },
      { table: 'orders', manifest: readJson(manifest) ?? null, options: null },
      forever
    )

  const kinds = (list: string[]) =>
    [...new Set(list.map((call) => call.replace(/\/[^/]+\//, '/…/')))].toSorted()
  expect(kinds(calls.push)).toEqual([
    's3:GetObject spill/…/answers.json.gz',
    's3:GetObject unload/…/manifest.json',
    's3:PutObject spill/…/answers.json.gz',
    's3:PutObject spill/…/rows.ndjson.gz',
    's3:PutObject unload/…/manifest.json'
  ])
  expect(kinds(calls.spill)).toContain('s3:DeleteObject spill/…/rows.ndjson.gz')
  expect(refused(calls.push, roleOfFunction('Answers row batches of Snowflake'))).toEqual([])
  expect(refused(calls.spill, roleOfFunction('Finishes row batches that ran out of time'))).toEqual([])
})
