import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EmbeddedDynamodb, startEmbeddedDynamodb } from '../../api/local/embedded-dynamodb.ts'
import { extent } from '../support/extent.ts'
import { type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts'
import { type Arguments, createTables, openTestApp, outsideClient, scanTable } from '../support/test-app.ts'
import { hurriedClock } from '../support/virtual-clock.ts'

interface Change {
  readonly id: string
  readonly version: number
  readonly mode: 'put' | 'update' | 'delete'
  readonly color: string
}

/** Of one key each version is one change, as a change stream has it. */
const changes = fc.uniqueArray(
  fc.record({
    id: fc.nat({ max: 5 }).map((n) => `k${n}`),
    version: fc.integer({ min: -3, max: 12 }),
    mode: fc.constantFrom('put' as const, 'put' as const, 'update' as const, 'delete' as const),
    color: fc.constantFrom('red', 'green', 'blue')
  }),
  { selector: ({ id, version }) => `${id}/${version}`, minLength: 1, maxLength: 40, size: 'max' }
)
const fault = fc.constantFrom<Fault>(
  'pass',
  'pass',
  'throttled',
  'internal-error',
  'reset',
  'applied-internal-error',
  'applied-reset',
  'applied-empty',
  'cut-off-answer'
)

/** The changes cut into batches, some of them in two batches, in any order. */
const deliveries = changes.chain((all) =>
  fc.record({
    all: fc.constant(all),
    order: fc.shuffledSubarray([...all, ...all.slice(0, 15)], {
      minLength: all.length + Math.min(15, all.length)
    }),
    batchRows: fc.integer({ min: 1, max: 25 }),
    faults: fc.array(fault, { maxLength: 60, size: 'max' }),
    callsBeforeDeadline: fc.constantFrom(10, 40, Number.POSITIVE_INFINITY)
  })
)

describe('versioned puts, updates and deletes in any order, in overlapping batches, with faults', () => {
  let engine: EmbeddedDynamodb
  let proxy: FaultProxy
  let outside: DynamoDBClient
  let runs = 0

  beforeAll(async () => {
    engine = await startEmbeddedDynamodb()
    proxy = await startFaultProxy(engine.endpoint)
    outside = outsideClient(engine.endpoint)
  })
  afterAll(async () => {
    outside.destroy()
    await proxy.close()
    await engine.close()
  })

  it('leave the highest version of every key in the table', () =>
    fc.assert(
      fc.asyncProperty(deliveries, async ({ all, order, batchRows, faults, callsBeforeDeadline }) => {
        runs += 1
        const table = `changes${runs}`
        await createTables(outside, `${table}=id:S`)
        const stopping = new AbortController()
        proxy.play(({ nth }) => {
          if (nth >= callsBeforeDeadline) stopping.abort()
          return faults[nth] ?? 'pass'
        })
        const first = openTestApp(proxy.endpoint, { clock: hurriedClock, stopping: stopping.signal })
        const second = openTestApp(proxy.endpoint, { clock: hurriedClock })

        // Two instances at a time, as Snowflake's batches meet them.
        const batches = cut(order.map(argumentsOf(table)), batchRows)
        for (const pair of cut(batches, 2))
          await Promise.all(pair.map((rows, n) => pushAll(rows, n === 0 ? first : second, second)))
        await proxy.quiet()
        await Promise.all([first.close(), second.close()])

        const held = new Map((await scanTable(outside, table)).map((item) => [item.id?.S, item]))
        for (const [id, ofKey] of Map.groupBy(all, (change) => change.id)) {
          const newest = ofKey.toSorted((a, b) => b.version - a.version)[0]
          const { gone, ...item } = held.get(id) ?? {}
          expect(item).toMatchObject({ id: { S: id }, v: { N: String(newest?.version) } })
          if (newest?.mode !== 'delete') expect(item).toMatchObject({ color: { S: newest?.color } })
          if (newest?.mode === 'delete')
            expect([Object.keys(item).toSorted(), gone]).toEqual([['id', 'v'], { N: expect.anything() }])
          if (newest?.mode === 'put') expect([Object.keys(item).length, gone]).toEqual([3, undefined])
        }
      }),
      { numRuns: extent(6, 45) }
    ))
})

type App = ReturnType<typeof openTestApp>

/** Sends again what ran out of time, as Snowflake's user would; every other answer must be a decision. */
const pushAll = async (rows: readonly Arguments[], app: App, later: App): Promise<void> => {
  const results = await app.push(rows)
  for (const { status } of results)
    expect(['written', 'deleted', 'stale', 'superseded', 'unprocessed']).toContain(status)
  const hasOpen = results.some(({ status }) => status === 'unprocessed')
  if (!hasOpen) return
  const again = await later.push(rows)
  expect(again.filter(({ status }) => status === 'unprocessed')).toEqual([])
}

const argumentsOf =
  (table: string) =>
  ({ id, version, mode, color }: Change): Arguments => [
    table,
    { id, v: version, color },
    { mode, version: 'v', tombstone: mode === 'delete' ? { attribute: 'gone', days: 30 } : undefined }
  ]

const cut = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size))
