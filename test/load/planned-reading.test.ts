import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { PlannedReading } from '../../api/load/planned-reading.ts'
import { WireWrite } from '../../api/plan/wire-write.ts'
import { roundMs } from '../../api/runtime/time-budgets.ts'
import { rejectedOf } from '../support/audit-of.ts'
import { bulkWorld, orders, type WorldOptions } from '../support/bulk-world.ts'
import { extent } from '../support/extent.ts'
import { tableOf } from '../support/rows.ts'
import type { PortCall, PortFault } from '../support/scripted-port.ts'

/** Plain lines of NDJSON are planned while they are read, where the table is known: it must make no difference. */

interface Chunk {
  readonly text: string | Uint8Array
  readonly options?: object
  readonly pieceBytes?: number
  /** Whether the worker knows the table before it reads. */
  readonly isKnown?: boolean
}

const forever = new AbortController().signal
const taken = vi.spyOn(PlannedReading.prototype, 'taken')
const unplanned = vi.spyOn(WireWrite.prototype, 'unplanned')
afterEach(() => {
  taken.mockClear()
  unplanned.mockClear()
})

/** All that is told of a chunk once it is loaded, and what the table holds then. */
const load = async (
  { text, options = {}, pieceBytes = 65_536, isKnown = true }: Chunk,
  worldOptions: WorldOptions = {}
) => {
  const world = bulkWorld(worldOptions)
  world.unload('r1', { 'a.ndjson': text }, { options })
  await world.arrive('unload/r1/manifest.json')
  const table = tableOf()
  const find = async () => ({ kind: 'table', table, isFresh: true }) as const
  const schemas = { known: () => (isKnown ? table : undefined), find, lookAgain: find }
  await world.drain({
    lanes: 1,
    life: (deps) => ({
      deps: {
        ...deps,
        writer: { ...deps.writer, schemas },
        store: {
          ...deps.store,
          async *stream(...asked) {
            for await (const piece of deps.store.stream(...asked))
              for (let at = 0; at < piece.length; at += pieceBytes) yield piece.subarray(at, at + pieceBytes)
          }
        }
      },
      deadline: forever
    })
  })
  const trail = world.store.keys('audit/').map((key) => [key, world.text(key)])
  return {
    status: await world.status('r1'),
    items: [...world.port.items].toSorted(([one], [other]) => (one < other ? -1 : 1)),
    rejected: rejectedOf(world.store, 'r1'),
    trail
  }
}

const plain = fc
  .tuple(
    fc.nat(9),
    fc.constantFrom('1', '2.50', '"x"', 'null', '[1,{"a":null}]', '{"b":"é"}', '1e400', 'NaN')
  )
  .map(([id, n]) => `{"id":"k${id}","N":${n},"n":${id}}`)
const odd = fc.constantFrom(
  ...[
    '{"id":"a",',
    '"n":1}',
    '{',
    '}',
    '[',
    '{"id":"a"} {"id":"b"}',
    '{"id":"a"}}',
    '{"id":"cut',
    'nope',
    '',
    ' '
  ],
  ...[
    ' { "id" : "sp" , "n" : 1 } ',
    '{"id":"a",\r"n":2}',
    '{"id":"a"}\r',
    '\ufeff{"id":"a"}',
    '{"id":"\\u0061"}'
  ],
  ...[
    '{"id":"a","id":"b"}',
    '{"id":"a","n":1,"n":2}',
    '{"n":1}',
    '{"id":5}',
    '{"id":null}',
    '{}',
    '7',
    '[]',
    '"x"'
  ],
  ...['{"Item":{"id":{"S":"x"}}}', '{"Item":1,"id":"i"}', '{"id":"a","n":01}', '{"id":"a","n":"\\ud800"}'],
  ...['{"id":"\xff"}', `{"id":"deep","n":${'['.repeat(32)}${']'.repeat(32)}}`]
)
const options = fc.constantFrom<object>(
  ...[
    {},
    {},
    {},
    { version: 'n' },
    { mode: 'delete' },
    { mode: 'update' },
    { if: 'absent' },
    { nulls: 'omit' }
  ],
  ...[
    { names: 'lower' },
    { types: { n: 'S' } },
    { non_finite: 'text' },
    { skip_unchanged: true },
    { dry_run: true }
  ],
  ...[{ ttl: { attribute: 'until', days: 1 }, stamp: 'from' }, { trail: true }, { max_wcu: 3 }]
)

/** Text as UTF-8, but `ÿ` as the one byte that UTF-8 never has. */
const bytesOf = (text: string): Buffer =>
  Buffer.concat(text.split(/(\xff)/).map((part) => Buffer.from(part, part === '\xff' ? 'latin1' : 'utf8')))

describe('a chunk whose rows are planned while they are read', () => {
  it('comes to the same as one that is looked at first, whatever its lines are and however it is cut', async () => {
    const chunks = extent(150, 2_000)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 8, arbitrary: plain }, { weight: 1, arbitrary: odd }), { maxLength: 30 }),
        fc.constantFrom('\n', '\n', '\r\n', '\n\n', ' \n'),
        fc.boolean(),
        options,
        fc.integer({ min: 20, max: 700 }),
        async (lines, end, endsAtLast, chosen, pieceBytes) => {
          const text = bytesOf(lines.join(end) + (endsAtLast ? end : ''))
          const chunk = { text, options: chosen, pieceBytes }
          expect(await load(chunk)).toEqual(await load({ ...chunk, isKnown: false }))
        }
      ),
      { numRuns: chunks }
    )
    expect(taken.mock.calls.length).toBeGreaterThan(chunks)
  })

  it('is planned once, from the row on from which the table is known', async () => {
    const chunk = { text: orders(0, 3_700), pieceBytes: 7_000 }
    expect((await load(chunk)).status.rows).toMatchObject({ read: 3_700, written: 3_700 })
    expect(taken).toHaveBeenCalledTimes(3_700)
    taken.mockClear()
    await load({ ...chunk, isKnown: false })
    expect(taken).not.toHaveBeenCalled()
    expect(unplanned).not.toHaveBeenCalled()
  })

  it('takes long rows, too: the room for each is made beforehand', async () => {
    const rows = Array.from({ length: 10 }, (_, n) => `{"id":"k${n}","text":"${'x'.repeat(150_000)}"}\n`)
    expect((await load({ text: rows.join('') })).status.rows).toMatchObject({ written: 10 })
    expect(taken).toHaveBeenCalledTimes(10)
  })

  it('plans rows anew that are read with one slice and written with the next, as a budget makes them', async () => {
    const told = await load({ text: orders(0, 200), options: { max_wcu: 60 } })
    expect(told.status.rows).toMatchObject({ read: 200, written: 200 })
    expect(told.items).toHaveLength(200)
    expect(taken).toHaveBeenCalledTimes(200)
    expect(unplanned.mock.calls.length).toBeGreaterThan(100)
  })

  it('gives up for a slice on rows that are not like those that are taken', async () => {
    const take = vi.spyOn(PlannedReading.prototype, 'take')
    const text = '{"id":"a","n":NaN}\n'.repeat(1_010)
    expect((await load({ text })).status.rows).toMatchObject({ read: 1_010, rejected: 1_010 })
    expect(take.mock.calls.length).toBe(1_010)
    expect(taken).not.toHaveBeenCalled()
    take.mockRestore()
  })

  it('has rows that a round left for the next one as they came, as such that may be in the table', async () => {
    let beganMs: number | undefined
    const script = ({ nth, at }: PortCall): PortFault => {
      beganMs ??= at
      return nth < 2 ? 'applied-lost' : at - beganMs < 1.5 * roundMs ? 'refused' : 'pass'
    }
    const told = await load({ text: orders(0, 2), options: { if: 'absent' } }, { script })
    expect(taken).toHaveBeenCalledTimes(2)
    expect(unplanned.mock.calls.length).toBeGreaterThan(0)
    expect(told.status.rows).toMatchObject({ read: 2, written: 2, condition_failed: 0 })
  })

  it('keeps a row that the table refuses as it came', async () => {
    const told = await load(
      { text: '{"id":"a", "n":1.0}\n{"id":"b"}\n' },
      { script: () => ({ invalid: (key) => key.includes('"a"') }) }
    )
    expect(taken).toHaveBeenCalledTimes(2)
    expect(told.rejected['a.ndjson']).toMatchObject([{ number: 0, row: { id: 'a', n: 1 } }])
    expect(told.items).toHaveLength(1)
  })
})
