import { type AttributeValue, BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tableList } from '../../api/batch/table-list.ts'
import { type EmbeddedDynamodb, startEmbeddedDynamodb } from '../../api/local/embedded-dynamodb.ts'
import { type RejectCode, type RowResult, rowStatuses } from '../../api/plan/row-result.ts'
import { extent } from '../support/extent.ts'
import { type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts'
import { type ModelItem, type ModelRow, possibleItems, show } from '../support/possible-history.ts'
import { type Arguments, createTables, openTestApp, outsideClient } from '../support/test-app.ts'
import { hurriedClock } from '../support/virtual-clock.ts'

/** A drawn row: where it goes, what it is in the model, and what it must be rejected with if it is bad. */
interface DrawnRow {
  readonly table: string
  readonly id: string
  readonly model: ModelRow
  readonly args: Arguments
  readonly code?: RejectCode
}

const keyNumber = fc.nat({ max: 12 })
const attribute = fc.constantFrom('color', 'size', 'NAME', 'a.b')
const value = fc.oneof(fc.nat({ max: 3 }), fc.constantFrom('', 'red', 'blue', '😀'))
const attributes = fc.dictionary(attribute, value, { maxKeys: 3 })
const text = (sent: string | number): string => (typeof sent === 'number' ? `N${sent}` : `S${sent}`)
const modelItem = (sent: Readonly<Record<string, string | number>>): ModelItem =>
  new Map(Object.entries(sent).map(([name, each]) => [name, text(each)]))

const plainRow = fc
  .record({
    key: keyNumber,
    mode: fc.constantFrom(
      'put' as const,
      'put' as const,
      'put' as const,
      'update' as const,
      'delete' as const
    ),
    more: attributes,
    condition: fc.constantFrom(undefined, undefined, undefined, 'absent' as const, 'present' as const),
    skip: fc.constantFrom(undefined, undefined, true),
    dry: fc.constantFrom(undefined, undefined, undefined, true),
    asText: fc.boolean()
  })
  .map(({ key, mode, more, condition, skip, dry, asText }): DrawnRow => {
    const id = `k${key}`
    const sent = { id, ...more }
    return {
      table: 'plain_rows',
      id,
      model: {
        mode,
        item: modelItem(sent),
        ...(condition ? { condition } : {}),
        ...(dry ? { isDry: true } : {})
      },
      args: [
        'plain_rows',
        asText ? JSON.stringify(sent) : sent,
        { mode, if: condition, skip_unchanged: skip, dry_run: dry }
      ]
    }
  })

const versionedRow = fc
  .record({
    key: keyNumber,
    mode: fc.constantFrom('put' as const, 'put' as const, 'update' as const, 'delete' as const),
    more: attributes,
    version: fc.nat({ max: 6 }),
    tombstone: fc.boolean()
  })
  .map(({ key, mode, more, version, tombstone }): DrawnRow => {
    const id = `k${key}`
    const sent = { id, v: version, ...more }
    const marker = tombstone ? { tombstone: { attribute: 'gone', days: 3 } } : {}
    return {
      table: 'versioned_rows',
      id,
      model: {
        mode,
        item: modelItem(sent),
        version: { attribute: 'v', value: version },
        ...(tombstone ? { tombstone: 'gone' } : {})
      },
      args: ['versioned_rows', sent, { mode, version: 'v', ...marker }]
    }
  })

const badRow = fc
  .constantFrom<readonly [RejectCode, ...Arguments]>(
    ['missing_key', 'plain_rows', { ID: 'k1' }],
    ['key_type', 'plain_rows', { id: 7 }],
    ['invalid_key', 'plain_rows', { id: '' }],
    ['number_out_of_range', 'plain_rows', '{"id":"k1","n":1e126}'],
    ['unsupported_value', 'plain_rows', { id: 'k1', m: { '': 1 } }],
    ['item_too_large', 'plain_rows', { id: 'k1', filler: 'x'.repeat(409_600) }],
    ['duplicate_attribute', 'plain_rows', '{"id":"k1","a":1,"a":2}'],
    ['invalid_options', 'plain_rows', { id: 'k1' }, { mod: 'put' }],
    ['unknown_table', 'no_such_rows', { id: 'k1' }],
    ['table_not_allowed', 'forbidden', { id: 'k1' }],
    ['not_an_object', 'plain_rows', 'k1']
  )
  .map(
    ([code, ...args]): DrawnRow => ({
      table: String(args[0]),
      id: '',
      model: { mode: 'put', item: new Map() },
      args,
      code
    })
  )

const batch = fc.array(
  fc.oneof(
    { arbitrary: plainRow, weight: 8 },
    { arbitrary: versionedRow, weight: 6 },
    { arbitrary: badRow, weight: 1 }
  ),
  { minLength: 1, maxLength: 90, size: 'max' }
)
const fault: fc.Arbitrary<Fault> = fc.oneof(
  { arbitrary: fc.constant<Fault>('pass'), weight: 6 },
  { arbitrary: fc.nat({ max: 25 }).map((unprocessed): Fault => ({ unprocessed })), weight: 6 },
  {
    arbitrary: fc.constantFrom<Fault>(
      'throttled',
      'provisioned-throughput',
      'internal-error',
      'reset',
      'applied-internal-error',
      'applied-reset',
      'applied-garbage',
      'applied-empty',
      'cut-off-answer',
      'empty-answer',
      'garbage',
      'no-such-table',
      'denied'
    ),
    weight: 12
  },
  { arbitrary: fc.constantFrom<Fault>('hang', 'applied-hang'), weight: 1 }
)
const faults = fc.array(fault, { maxLength: 40, size: 'max' })
const callsBeforeDeadline = fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.nat({ max: 30 }))

describe('whatever the batch, the faults and the moment of the deadline', () => {
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

  const push = async (rows: readonly DrawnRow[], script: readonly Fault[], calls: number) => {
    const stopping = new AbortController()
    proxy.play(({ nth, operation }) => {
      if (nth >= calls) stopping.abort()
      const drawn = script[nth] ?? 'pass'
      // Only batch calls leave something unprocessed, and a table that DescribeTable does not know is unknown.
      const isOutOfPlace =
        (typeof drawn === 'object' && !operation.startsWith('Batch')) ||
        (drawn === 'no-such-table' && operation === 'DescribeTable')
      return isOutOfPlace ? 'throttled' : drawn
    })
    const app = openTestApp(proxy.endpoint, {
      clock: hurriedClock,
      isAllowed: tableList('plain_rows*,versioned_rows*,no_such_rows*'),
      stopping: stopping.signal,
      timeoutMs: 150
    })
    const results = await app.push(rows.map(({ args }) => args))
    await app.close()
    await proxy.quiet()
    return results
  }

  const read = async (table: string, ids: readonly string[]): Promise<ReadonlyMap<string, ModelItem>> => {
    if (ids.length === 0) return new Map()
    const Keys = ids.map((id) => ({ id: { S: id } }))
    const { Responses } = await outside.send(
      new BatchGetItemCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } })
    )
    return new Map((Responses?.[table] ?? []).map((item) => [item.id?.S ?? '', fromTable(item)]))
  }

  it('every row has one answer, and the table holds what the answers say', () =>
    fc.assert(
      fc.asyncProperty(batch, batch, faults, callsBeforeDeadline, async (first, second, script, calls) => {
        // Tables of their own for each run; the first batch meets no fault, so that the second finds items.
        runs += 1
        const own = (drawn: DrawnRow): DrawnRow => {
          const table = `${drawn.table}${drawn.table === 'forbidden' ? '' : runs}`
          return { ...drawn, table, args: [table, ...drawn.args.slice(1)] as unknown as Arguments }
        }
        await createTables(outside, `plain_rows${runs}=id:S`, `versioned_rows${runs}=id:S`)
        await push(first.map(own), [], Number.POSITIVE_INFINITY)

        const rows = second.map(own)
        const ids = (table: string) => [
          ...new Set(rows.filter((row) => row.table === table && row.id).map(({ id }) => id))
        ]
        for (const table of [`plain_rows${runs}`, `versioned_rows${runs}`]) await read(table, ids(table))
        const before = new Map<string, ReadonlyMap<string, ModelItem>>()
        const tables = [`plain_rows${runs}`, `versioned_rows${runs}`]
        for (const table of tables) before.set(table, await read(table, ids(table)))

        const results = await push(rows, script, calls)

        for (const [n, { code }] of rows.entries()) checkRow(results[n], code)
        for (const table of tables) {
          const after = await read(table, ids(table))
          for (const id of ids(table)) {
            const answered = rows.flatMap((row, n) => {
              const result = results[n]
              return row.table === table && row.id === id && result ? [[row.model, result] as const] : []
            })
            for (const [{ isDry }, { status }] of answered)
              if (isDry) expect(['valid', 'superseded', 'unprocessed']).toContain(status)
            const possible = possibleItems(before.get(table)?.get(id), new Map([['id', `S${id}`]]), answered)
            expect(possible.map(show)).toContain(show(after.get(id)))
          }
        }
      }),
      { numRuns: extent(8, 60) }
    ))
})

const checkRow = (result: RowResult | undefined, code: RejectCode | undefined): void => {
  expect(rowStatuses).toContain(result?.status)
  if (result?.status === 'rejected') expect(result.code).toBe(code)
  else if (code !== undefined) {
    // What only the table can tell may be left open by an outage; all else is known without it.
    expect(result?.status).toBe('unprocessed')
    expect(['invalid_options', 'table_not_allowed', 'not_an_object']).not.toContain(code)
  }
}

const fromTable = (item: Record<string, AttributeValue>): ModelItem =>
  new Map(
    Object.entries(item).map(([name, { S, N }]) => [
      name,
      name === 'gone' ? 'N?' : S === undefined ? `N${N}` : `S${S}`
    ])
  )
