import { describe, expect, it } from 'vitest'
import type { TargetTable } from '../../api/plan/target-table.ts'
import { readItems } from '../../api/receive/read-items.ts'
import type { TableLookup } from '../../api/write/table-schemas.ts'
import { row, tableOf } from '../support/rows.ts'
import { type PortCall, type PortFault, scriptedPort } from '../support/scripted-port.ts'
import { virtualClock } from '../support/virtual-clock.ts'
import { writeBench } from '../support/write-bench.ts'

const old = tableOf({ id: 'S' })
const renewed = tableOf({ order_id: 'S' })

/** Reads keys of a table that is remembered as the first of `lookups`; each further look tells the next. */
const reads = async (
  keys: ReadonlyArray<Readonly<Record<string, unknown>> | string | null>,
  lookups: ReadonlyArray<TargetTable | 'unknown'>,
  script: (call: PortCall) => PortFault = () => 'pass'
) => {
  const clock = virtualClock()
  const port = scriptedPort(clock, script, 5)
  const bench = writeBench({ lookups: [renewed] })
  await bench.write([row(0, { order_id: 'o1' })])
  for (const [key, item] of bench.port.items) port.items.set(key, item)
  let looks = 0
  const lookup = (n: number): TableLookup => {
    const found = lookups[Math.min(n, lookups.length - 1)] ?? 'unknown'
    return found === 'unknown' ? { kind: 'unknown' } : { kind: 'table', table: found, isFresh: n > 0 }
  }
  const schemas = {
    known: () => undefined,
    find: async () => lookup(0),
    lookAgain: async () => {
      looks += 1
      return lookup(looks)
    }
  }
  const body = Buffer.from(JSON.stringify({ data: keys.map((key, n) => [n, 'orders', key]) }))
  const answer = await readItems({ port, schemas, clock })({
    body: Buffer.from(body),
    isAllowed: () => true,
    deadline: clock.deadline(20_000)
  })
  return {
    values: (JSON.parse(answer) as { data: [number, unknown][] }).data.map(([, value]) => value),
    port,
    looks
  }
}

describe('reads of a table that was created anew with another key', () => {
  it('are planned for again before a key is said to be missing', async () => {
    const { values, looks } = await reads([{ order_id: 'o1' }], [old, renewed])
    expect(values).toMatchObject([{ order_id: 'o1' }])
    expect(looks).toBe(1)
  })

  it('are planned for again when the table refuses the keys', async () => {
    const { values } = await reads([{ id: 'k', order_id: 'o1' }], [old, renewed], ({ keys }) =>
      keys.some((key) => key.includes('"k"')) ? { invalid: () => true, isAboutKeys: true } : 'pass'
    )
    expect(values).toMatchObject([{ order_id: 'o1' }])
  })

  it('are 503 when its key keeps changing, since NULL would be a lie', async () => {
    const refused = reads([{ id: 'k', order_id: 'o' }], [old, renewed, old, renewed, old], () => ({
      invalid: () => true
    }))
    await expect(refused).rejects.toMatchObject({ code: 'out_of_time' })
  })
})

describe('reads of a table that is gone', () => {
  it('say so', async () => {
    const refused = reads([{ id: 'a' }], [old, 'unknown'], () => 'no-table')
    await expect(refused).rejects.toMatchObject({ code: 'invalid_read', message: /row 0: unknown_table/ })
  })

  it('are waited for when the table is there and only not ready', async () => {
    const { values } = await reads([{ order_id: 'o1' }], [renewed], ({ nth }) =>
      nth < 3 ? 'no-table' : 'pass'
    )
    expect(values).toMatchObject([{ order_id: 'o1' }])
  })
})

describe('a key that is NULL', () => {
  it('has no item, also when it comes as text that holds JSON', async () => {
    const { values } = await reads([null, 'null', '{"id":null}', '{"id":"x"}'], [old])
    expect(values).toEqual([null, null, null, null])
  })
})
