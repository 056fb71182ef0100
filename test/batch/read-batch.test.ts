import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { readBatch } from '../../api/batch/read-batch.ts'
import { BatchError } from '../../api/decode/batch-error.ts'
import { maxRowTextBytes } from '../../api/json/long-text.ts'
import { planWrites } from '../../api/plan/plan-writes.ts'
import { unplanned } from '../../api/plan/row-to-plan.ts'
import type { TargetTable } from '../../api/plan/target-table.ts'
import { wireOf } from '../../api/plan/wire.ts'
import { WireWrite } from '../../api/plan/wire-write.ts'
import type { TableSchemas } from '../../api/write/table-schemas.ts'
import { extent } from '../support/extent.ts'
import { context, tableOf } from '../support/rows.ts'
import { damage } from '../support/two-roads.ts'
import { tally, writeBench } from '../support/write-bench.ts'

/** Rows are planned while they are found, where their table is known: it must make no difference. */

const table = { ...tableOf(), name: 'orders' }
const other = { ...tableOf({ id: 'N' }), name: 'others' }
const tables = new Map([table, other].map((each) => [each.name, each]))
const unknown = {
  known: (_name: string): TargetTable | undefined => undefined,
  find: undefined as never,
  lookAgain: undefined as never
} satisfies TableSchemas
const known = { ...unknown, known: (name: string) => tables.get(name) }
const read = (body: string, schemas: TableSchemas) =>
  readBatch(Buffer.from(body), {
    counts: { least: 2, most: 3 },
    isAllowed: (name) => name !== 'secret',
    only: undefined,
    schemas,
    context
  })

const bodyOf = (rows: ReadonlyArray<string>): string =>
  `{"data":[${rows.map((row, n) => `[${n},${row}]`).join()}]}`

/** What becomes of a body: all that is later told of its rows, or why it cannot be read. */
const outcome = (body: string, schemas: TableSchemas) => {
  try {
    const { rows, args } = read(body, schemas)
    const planned = rows.filter((row) => row instanceof WireWrite).length
    const flaws = rows.map((row) => 'flaw' in row && row.flaw)
    const asked = rows.map((row) => ('flaw' in row ? undefined : [row.table, row.options, row.rowNumber]))
    const plans = [...tables.values()].map((each) => {
      const ofTable = rows.flatMap((row) => ('flaw' in row || row.table !== each.name ? [] : [row]))
      const { settled, plain, chains } = planWrites(ofTable, each, context)
      const writes = [...plain, ...chains.flat()].map((write) => {
        const { buffer, start, end } = wireOf(write)
        const { key, condition, version } = write
        return {
          key: key.text,
          text: buffer.toString('utf8', start, end),
          condition,
          version,
          bytes: write.bytes
        }
      })
      return { settled, writes }
    })
    const sent = args().map((row) => row.map((each) => each.text()))
    return { planned, told: { flaws, asked, plans, sent } }
  } catch (error) {
    if (error instanceof BatchError) return { planned: 0, told: error.message }
    throw error
  }
}

const row = fc
  .tuple(
    fc.oneof(
      { weight: 20, arbitrary: fc.constant('"orders"') },
      fc.constantFrom('"others"', '"secret"', '"nowhere"', ' "orders" ', '"ord\\u0065rs"', '7', 'null')
    ),
    fc.oneof(
      { weight: 20, arbitrary: fc.nat(9).map((n) => `{"id":"k${n}","n":${n}.5,"m":{"a":[true,null]}}`) },
      fc.constantFrom(
        '{"id": "x" }',
        '{"id":7}',
        '{"id":"x","n":NaN}',
        '{"\\u0069d":"y"}',
        '{}',
        '"{}"',
        'null',
        '7'
      )
    ),
    fc.oneof(
      { weight: 20, arbitrary: fc.constant('') },
      fc.constantFrom(
        ',{"version":"n"}',
        ',{"nulls":"omit"}',
        ',{"mode":"delete"}',
        ',{}',
        ',{"x":1}',
        ',"{}"'
      )
    )
  )
  .map(([name, item, options]) => `${name},${item}${options}`)

describe('a batch that is read in one pass', () => {
  it('plans plain rows of a known table at once, from the second on', () => {
    const body = bodyOf(Array.from({ length: 5 }, (_, n) => `"orders",{"id":"k${n}"}`))
    const { rows } = read(body, known)
    expect(rows.map((each) => each instanceof WireWrite)).toEqual([false, true, true, true, true])
    expect(rows.map((each) => 'table' in each && each.table)).toEqual(rows.map(() => 'orders'))
    expect(read(body, unknown).rows.some((each) => each instanceof WireWrite)).toBe(false)
  })

  it('has a row as it came for whoever plans it anew', () => {
    const [, second] = read(bodyOf(['"orders",{"id":"a"}', '"orders",{"id":"b"}']), known).rows
    if (!(second instanceof WireWrite)) throw new Error('it was not planned')
    expect(second.isPlannedFor(table, context)).toBe(true)
    expect(second.isPlannedFor(other, context)).toBe(false)
    expect(second.isPlannedFor(table, { ...context })).toBe(false)
    expect(unplanned(second)).toMatchObject({ rowNumber: 1, isMaybeTaken: false, options: second.options })
    expect(planWrites([second], other, context).settled.get(1)).toMatchObject({ code: 'key_type' })
  })

  it('is written without a second plan, while the table stays what it was', async () => {
    const again = vi.spyOn(WireWrite.prototype, 'unplanned')
    const rows = Array.from({ length: 60 }, (_, n) => `"orders",{"id":"k${n}"}`)
    const asked = read(bodyOf(rows), known).rows.flatMap((each) => ('flaw' in each ? [] : [each]))
    const results = await writeBench({ lookups: [table] }).write(asked)
    expect(tally(results.values())).toEqual({ written: 60 })
    expect(again).not.toHaveBeenCalled()
    again.mockRestore()
  })

  it('refuses a row whose text is too long, whatever its place, and takes one that just is not', () => {
    const long = (bytes: number): string => `{"id":"b",${' '.repeat(bytes - 16)}"a":1}`
    for (const [bytes, planned] of [
      [maxRowTextBytes, true],
      [maxRowTextBytes + 1, false]
    ] as const) {
      const item = long(bytes)
      expect(Buffer.byteLength(item)).toBe(bytes)
      const { rows } = read(bodyOf(['"orders",{"id":"a"}', `"orders",${item}`, '"orders",{"id":"c"}']), known)
      const told = read(bodyOf([`"orders",${item}`]), known).rows[0]
      expect(rows[1] instanceof WireWrite).toBe(planned)
      expect(rows[1]).toMatchObject(planned ? { rowNumber: 1 } : { flaw: { code: 'item_too_large' } })
      expect(told && 'flaw' in told).toBe(!planned)
      expect(rows[2]).toMatchObject({ rowNumber: 2 })
      if (rows[1] instanceof WireWrite) expect(unplanned(rows[1])).toMatchObject({ rowNumber: 1 })
    }
  })

  it('has rows that may be taken by an earlier attempt unplanned', () => {
    const { maybeTaken } = read(bodyOf(['"orders",{"id":"a"}', '"orders",{"id":"b"}']), known)
    expect(maybeTaken().map((each) => 'isMaybeTaken' in each && each.isMaybeTaken)).toEqual([true, true])
  })

  it('gives up on rows that do not share their options', () => {
    const rows = Array.from(
      { length: 60 },
      (_, n) => `"orders",{"id":"k${n}"},{"ttl":{"attribute":"t","days":${n + 1}}}`
    )
    expect(outcome(bodyOf(rows), known)).toEqual({ planned: 0, told: outcome(bodyOf(rows), unknown).told })
  })

  it('comes to the same as one that is read row by row, whatever its rows are', () => {
    let planned = 0
    const batches = extent(150, 2_000)
    const space = fc.constantFrom('', '', '', ' ', '\n\t')
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), space, (rows, gap) => {
        const body = bodyOf(rows).replaceAll('],[', `]${gap},${gap}[`)
        const made = outcome(body, known)
        planned += made.planned
        expect(made.told).toEqual(outcome(body, unknown).told)
      }),
      { numRuns: batches }
    )
    expect(planned).toBeGreaterThan(batches)
  })

  it('is refused for the same reason, wherever it is damaged', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 6 }), damage, (rows, damaged) => {
        const body = damaged(bodyOf(rows))
        expect(outcome(body, known).told).toEqual(outcome(body, unknown).told)
      }),
      { numRuns: extent(300, 3_000) }
    )
  })
})
