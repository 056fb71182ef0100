import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EmbeddedDynamodb, startEmbeddedDynamodb } from '../../api/local/embedded-dynamodb.ts'
import { extent } from '../support/extent.ts'
import {
  type Arguments,
  createTables,
  openTestApp,
  outsideClient,
  scanTable,
  type TestApp
} from '../support/test-app.ts'

const options = fc.record({
  mode: fc.constantFrom('put', 'update', 'delete'),
  if: fc.constantFrom(undefined, undefined, 'absent', 'present'),
  skip_unchanged: fc.constantFrom(undefined, true),
  names: fc.constantFrom(undefined, 'lower')
})
const versioned = fc.record({
  mode: fc.constantFrom('put', 'update', 'delete'),
  version: fc.constant('v'),
  tombstone: fc.constant({ attribute: 'gone', days: 1 })
})
const item = fc.record({
  id: fc.nat({ max: 6 }).map((n) => `k${n}`),
  v: fc.nat({ max: 4 }),
  color: fc.constantFrom('red', 'blue'),
  list: fc.constantFrom(undefined, [1, 2.5, 'x'])
})
const rowsWith = (drawn: fc.Arbitrary<unknown>) =>
  fc.array(fc.tuple(item, drawn), { minLength: 1, maxLength: 30, size: 'max' })

describe('a batch that Snowflake sends twice', () => {
  let engine: EmbeddedDynamodb
  let outside: DynamoDBClient
  let app: TestApp
  let runs = 0

  beforeAll(async () => {
    engine = await startEmbeddedDynamodb()
    outside = outsideClient(engine.endpoint)
    app = openTestApp(engine.endpoint)
  })
  afterAll(async () => {
    outside.destroy()
    await app.close()
    await engine.close()
  })

  const pushTwice = async (drawn: ReadonlyArray<readonly [unknown, unknown]>) => {
    runs += 1
    const table = `twice${runs}`
    await createTables(outside, `${table}=id:S`)
    const rows = drawn.map(([sent, how]): Arguments => [table, sent, how])
    const results = []
    const tables = []
    for (let n = 0; n < 2; n += 1) {
      results.push(await app.push(rows))
      const items = await scanTable(outside, table)
      tables.push(
        new Map(items.map(({ gone, ...each }) => [each.id?.S, { ...each, isGone: gone !== undefined }]))
      )
    }
    return { results, tables }
  }

  it('leaves the table as the first time did', () =>
    fc.assert(
      fc.asyncProperty(rowsWith(versioned), async (drawn) => {
        const { tables } = await pushTwice(drawn)
        expect(tables[1]).toEqual(tables[0])
      }),
      { numRuns: extent(10, 75) }
    ))

  it('leaves the table as the first time did, without versions, when no row has a condition', () =>
    fc.assert(
      fc.asyncProperty(rowsWith(options.map((each) => ({ ...each, if: undefined }))), async (drawn) => {
        const { tables } = await pushTwice(drawn)
        const modes = new Set(drawn.map(([, how]) => (how as { mode: string }).mode))
        // An update after a put or delete of its key builds on it, so the second time builds on the same.
        expect([modes, tables[1]]).toEqual([modes, tables[0]])
      }),
      { numRuns: extent(10, 75) }
    ))

  it('answers a versioned put written both times', async () => {
    const { results } = await pushTwice([
      [
        { id: 'a', v: 3 },
        { version: 'v', ttl: { attribute: 'ttl', days: 1 }, stamp: 'from' }
      ]
    ])
    expect(results).toEqual([[{ status: 'written' }], [{ status: 'written' }]])
  })

  it('answers a put that was to be new condition_failed the second time', async () => {
    const { results } = await pushTwice([[{ id: 'a' }, { if: 'absent' }]])
    expect(results).toEqual([[{ status: 'written' }], [{ status: 'condition_failed' }]])
  })
})
