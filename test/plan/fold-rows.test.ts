import { describe, expect, it } from 'vitest'
import { foldRows } from '../../api/plan/fold-rows.ts'
import { planRow } from '../../api/plan/plan-row.ts'
import { Flaw } from '../../api/plan/row-result.ts'
import { content, context, row, type Sent, tableOf } from '../support/rows.ts'

/** What becomes of rows of one key, told briefly: the rows and action of each write, and the rows settled. */
const fold = (rows: ReadonlyArray<readonly [item: Sent, options?: Sent]>) => {
  const planned = rows.map(([item, options], n) => {
    const made = planRow({ ...row(n, item, options), table: tableOf() }, context)
    if (made instanceof Flaw) throw new Error(made.message)
    return made
  })
  const { writes, superseded, flaws } = foldRows(planned)
  return {
    writes: writes.map((write) => ({
      rows: write.rows.map(({ rowNumber }) => rowNumber),
      kind: write.action.kind,
      content: content(write),
      remove: write.action.kind === 'update' ? [...write.action.remove] : []
    })),
    superseded,
    rejected: flaws.map(([rowNumber, { code }]) => [rowNumber, code]),
    all: writes
  }
}
const brief = (rows: ReadonlyArray<readonly [item: Sent, options?: Sent]>) => {
  const { writes, superseded } = fold(rows)
  return { writes: writes.map(({ rows, kind }) => `${kind} ${rows}`), superseded }
}

const update = { mode: 'update', nulls: 'remove' }
const remove = { mode: 'delete' }
const id = { S: 'a' }
const n = (value: number) => ({ N: String(value) })

describe('one row of a key', () => {
  it('is written as it is', () => {
    expect(brief([[{ id: 'a' }]])).toEqual({ writes: ['put 0'], superseded: [] })
    expect(brief([])).toEqual({ writes: [], superseded: [] })
  })
})

describe('a put or delete', () => {
  it('supersedes the earlier rows of its key', () => {
    expect(brief([[{ id: 'a', x: 1 }], [{ id: 'a', x: 2 }]])).toEqual({ writes: ['put 1'], superseded: [0] })
    expect(brief([[{ id: 'a' }], [{ id: 'a' }, remove]])).toEqual({ writes: ['delete 1'], superseded: [0] })
    expect(brief([[{ id: 'a' }, remove], [{ id: 'a' }]])).toEqual({ writes: ['put 1'], superseded: [0] })
    expect(brief([[{ id: 'a', x: 1 }, update], [{ id: 'a', x: 1 }, update], [{ id: 'a' }]])).toEqual({
      writes: ['put 2'],
      superseded: [0, 1]
    })
  })

  it('supersedes conditional and versioned rows, too, when it has no condition itself', () => {
    expect(
      brief([
        [{ id: 'a' }, { if: 'absent' }],
        [{ id: 'a', v: 1 }, { version: 'v' }],
        [{ id: 'a' }, remove]
      ])
    ).toEqual({
      writes: ['delete 2'],
      superseded: [0, 1]
    })
  })

  it('with a condition supersedes nothing: it may fail', () => {
    expect(
      brief([
        [{ id: 'a' }],
        [{ id: 'a' }, { if: 'present' }],
        [{ id: 'a' }, { mode: 'delete', if: 'absent' }]
      ])
    ).toEqual({
      writes: ['put 0', 'put 1', 'delete 2'],
      superseded: []
    })
  })
})

describe('an update', () => {
  it('is folded into the put before it, and shares its fate', () => {
    expect(
      fold([[{ id: 'a', x: 1, y: 1, z: 1 }], [{ id: 'a', y: 2, z: null, w: 2 }, update]]).writes
    ).toEqual([{ rows: [0, 1], kind: 'put', content: { id, x: n(1), y: n(2), w: n(2) }, remove: [] }])
  })

  it('after a delete makes a new item of its own attributes', () => {
    const { writes, all } = fold([
      [{ id: 'a' }, remove],
      [{ id: 'a', y: 2, z: null }, update]
    ])
    expect(writes).toEqual([{ rows: [0, 1], kind: 'put', content: { id, y: n(2) }, remove: [] }])
    expect(all[0]?.rows.map(({ done }) => done)).toEqual(['deleted', 'written'])
    expect(all[0]?.bytes).toBe(3 + 3)
  })

  it('is folded into the update before it: the later value wins, set and remove cancel', () => {
    const rows = [
      [{ id: 'a', x: 1, y: 1, z: null, w: null }, update],
      [{ id: 'a', y: null, z: 2, v: 2 }, update]
    ] as const
    expect(fold(rows).writes).toEqual([
      { rows: [0, 1], kind: 'update', content: { x: n(1), z: n(2), v: n(2) }, remove: ['w', 'y'] }
    ])
  })

  it('has the size of key and attributes when folded', () => {
    const { all } = fold([
      [{ id: 'a', x: 'xx' }, update],
      [{ id: 'a', y: 'yyy' }, update]
    ])
    expect(all[0]?.bytes).toBe(3 + 3 + 4)
  })

  it('after a conditional row waits for it, and takes the next update in', () => {
    expect(
      brief([
        [{ id: 'a' }, { if: 'absent' }],
        [{ id: 'a', x: 1 }, update],
        [{ id: 'a', y: 1 }, update]
      ])
    ).toEqual({
      writes: ['put 0', 'update 1,2'],
      superseded: []
    })
  })

  it('with a condition stays by itself', () => {
    expect(
      brief([
        [{ id: 'a' }],
        [
          { id: 'a', x: 1 },
          { ...update, if: 'present' }
        ],
        [{ id: 'a', y: 1 }, update]
      ])
    ).toEqual({
      writes: ['put 0', 'update 1', 'update 2'],
      superseded: []
    })
  })

  it('is sent by itself where one expression cannot carry both', () => {
    const wide = (name: string) =>
      Object.fromEntries(Array.from({ length: 300 }, (_, c) => [`${name}${c}`, c]))
    const rows = [
      [{ ...wide('x'), id: 'a' }, update],
      [{ ...wide('y'), id: 'a' }, update],
      [{ ...wide('y'), id: 'a' }, update]
    ] as const
    expect(brief(rows)).toEqual({ writes: ['update 0', 'update 1,2'], superseded: [] })
  })
})

describe('an update that makes the item too large', () => {
  const half = 'x'.repeat(204_800)

  it('is rejected alone: what it was to be folded into is written', () => {
    const rows = [
      [{ id: 'a', x: half }],
      [{ id: 'a', y: half }, update],
      [{ id: 'a', z: 1 }, update]
    ] as const
    const { writes, superseded, rejected } = fold(rows)
    expect(writes.map(({ rows }) => rows)).toEqual([[0, 2]])
    expect(Object.keys(writes[0]?.content ?? {})).toEqual(['id', 'x', 'z'])
    expect([superseded, rejected]).toEqual([[], [[1, 'item_too_large']]])
  })

  it('is judged by the table when it follows an update: the stored item is not known', () => {
    expect(
      brief([
        [{ id: 'a', x: half }, update],
        [{ id: 'a', y: half }, update]
      ])
    ).toEqual({
      writes: ['update 0', 'update 1'],
      superseded: []
    })
  })

  it('is so by one byte', () => {
    const room = 409_600 - (3 + 1 + half.length) - 1
    const rows = (bytes: number) =>
      [[{ id: 'a', x: half }], [{ id: 'a', y: 'y'.repeat(bytes) }, update]] as const
    expect(fold(rows(room))).toMatchObject({ writes: [{ rows: [0, 1] }], rejected: [] })
    expect(fold(rows(room)).all[0]?.bytes).toBe(409_600)
    expect(fold(rows(room + 1))).toMatchObject({ writes: [{ rows: [0] }], rejected: [[1, 'item_too_large']] })
  })
})

describe('rows folded with skip_unchanged', () => {
  const skip = { skip_unchanged: true }

  it('are skipped only when all of them ask for it', () => {
    const asks = (first: Sent, second: Sent) =>
      fold([
        [{ id: 'a' }, first],
        [{ id: 'a' }, second]
      ]).all[0]?.skipUnchanged
    expect(asks(skip, { ...update, ...skip })).toBe(true)
    expect(asks(skip, update)).toBe(false)
    expect(asks({}, { ...update, ...skip })).toBe(false)
  })

  it('look past the ttl of each, but not where a later row sets that attribute itself', () => {
    const ttl = { ttl: { attribute: 't', days: 1 } }
    const past = (first: Sent, second: readonly [Sent, Sent]) =>
      fold([[{ id: 'a' }, first], second]).all[0]?.lookPast
    expect(past(ttl, [{ id: 'a', x: 1 }, update])).toEqual(new Set(['t']))
    expect(past(ttl, [{ id: 'a', t: 5 }, update])).toEqual(new Set())
    expect(past(ttl, [{ id: 'a', t: null }, update])).toEqual(new Set())
    expect(past({}, [{ id: 'a' }, { ...update, ...ttl }])).toEqual(new Set(['t']))
    expect(past(ttl, [{ id: 'a' }, { ...update, ...ttl }])).toEqual(new Set(['t']))
  })
})

describe('versioned rows of one key', () => {
  const version = { version: 'v' }
  const gone = { ...version, mode: 'delete' }

  it('that are all puts: the highest version is sent, whatever its place', () => {
    const rows = [3, 10, 9].map((v) => [{ id: 'a', v }, version] as const)
    expect(brief(rows)).toEqual({ writes: ['put 1'], superseded: [0, 2] })
    expect(brief(rows.toReversed())).toEqual({ writes: ['put 1'], superseded: [2, 0] })
  })

  it('compare as numbers or as text', () => {
    expect(brief(['9', '10'].map((v) => [{ id: 'a', v }, version]))).toEqual({
      writes: ['put 0'],
      superseded: [1]
    })
  })

  it('of equal version: the later row wins', () => {
    expect(brief(['1', '1.0'].map((v) => [`{"id":"a","v":${v}}`, version]))).toEqual({
      writes: ['put 1'],
      superseded: [0]
    })
    expect(
      brief([
        [{ id: 'a', v: 1 }, gone],
        [
          { id: 'a', v: 1, x: 1 },
          { ...version, ...update }
        ]
      ])
    ).toEqual({
      writes: ['update 1'],
      superseded: [0]
    })
  })

  it('that are not all puts are sent one after another, in the order of their versions', () => {
    const rows = [
      [
        { id: 'a', v: 3 },
        { ...version, ...update }
      ],
      [{ id: 'a', v: 1 }, version],
      [{ id: 'a', v: 2 }, gone]
    ] as const
    expect(brief(rows)).toEqual({ writes: ['put 1', 'delete 2', 'update 0'], superseded: [] })
  })

  it('do not take a tombstone for a put, nor a put that may fail by its own condition', () => {
    const tombstone = { ...gone, tombstone: { attribute: 't', days: 1 } }
    expect(
      brief([
        [{ id: 'a', v: 1 }, tombstone],
        [{ id: 'a', v: 2 }, version]
      ])
    ).toEqual({
      writes: ['put 0', 'put 1'],
      superseded: []
    })
    expect(
      brief([
        [{ id: 'a', v: 1 }, version],
        [
          { id: 'a', v: 2 },
          { ...version, if: 'present' }
        ]
      ])
    ).toEqual({
      writes: ['put 0', 'put 1'],
      superseded: []
    })
  })

  it('with versions that cannot be compared go in row order', () => {
    expect(
      brief([
        [{ id: 'a', v: 2 }, version],
        [{ id: 'a', v: '1' }, version]
      ])
    ).toEqual({
      writes: ['put 0', 'put 1'],
      superseded: []
    })
    expect(
      brief([
        [{ id: 'a', v: 2 }, version],
        [{ id: 'a', w: 1 }, { version: 'w' }]
      ])
    ).toEqual({
      writes: ['put 0', 'put 1'],
      superseded: []
    })
    expect(
      brief([
        [{ id: 'a', v: 2 }, version],
        [{ id: 'a', x: 1 }, update]
      ])
    ).toEqual({
      writes: ['put 0', 'update 1'],
      superseded: []
    })
  })
})

describe('versions of different types', () => {
  const versioned = (v: number | string, options: Sent = {}) =>
    [
      { id: 'a', v },
      { version: 'v', ...(options as object) }
    ] as const

  it('have no order, so the highest of each type is sent, those of the first row first', () => {
    expect(brief([versioned(2), versioned('b'), versioned(3), versioned('a'), versioned(1)])).toEqual({
      writes: ['put 2', 'put 1'],
      superseded: [4, 0, 3]
    })
  })

  it('change nothing of equal ones: the later row wins', () => {
    expect(brief([versioned(2), versioned('a'), versioned(2, { mode: 'update' })])).toEqual({
      writes: ['update 2', 'put 1'],
      superseded: [0]
    })
  })
})
