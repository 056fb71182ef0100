import { describe, expect, it } from 'vitest'
import { plan, tableOf } from '../support/rows.ts'

const update = { mode: 'update' }
const answers = (...args: Parameters<typeof plan>) =>
  Object.fromEntries([...plan(...args).settled].map(([rowNumber, { status }]) => [rowNumber, status]))
const rowsOf = (writes: ReadonlyArray<{ readonly rows: ReadonlyArray<{ readonly rowNumber: number }> }>) =>
  writes.map(({ rows }) => rows.map(({ rowNumber }) => rowNumber))

describe('planning a batch with a bad row', () => {
  const made = plan([[{ id: 'a' }], [{ id: null }], [{ id: 'b' }]])

  it('rejects that row and writes its neighbours', () => {
    expect([...made.settled]).toEqual([
      [1, { status: 'rejected', code: 'missing_key', message: 'key id is NULL' }]
    ])
    expect(rowsOf(made.plain)).toEqual([[0], [2]])
  })

  it('rejects it before it is decided which of several rows with one key wins', () => {
    const { settled, plain } = plan([[{ id: 'a', x: 1 }], ['{"id":"a","x":1e126}']])
    expect([...settled.keys()]).toEqual([1])
    expect(rowsOf(plain)).toEqual([[0]])
  })

  it('rejects it when an update would make the item too large, and lets the others win', () => {
    const half = 'x'.repeat(250_000)
    const { settled, plain } = plan([[{ id: 'a', x: half }], [{ id: 'a', y: half }, update]])
    expect([...settled]).toEqual([
      [
        1,
        {
          status: 'rejected',
          code: 'item_too_large',
          message: 'the item has 500005 bytes, DynamoDB holds 409600'
        }
      ]
    ])
    expect(rowsOf(plain)).toEqual([[0]])
  })
})

describe('planning rows with one key', () => {
  it('lets the later row win, numbers being equal by value', () => {
    const { settled, plain } = plan([['{"id":1}'], ['{"id":2}'], ['{"id":1.0}']], tableOf({ id: 'N' }))
    expect([...settled]).toEqual([[0, { status: 'superseded' }]])
    expect(rowsOf(plain).toSorted()).toEqual([[1], [2]])
  })

  it('keeps rows apart that share a partition key only', () => {
    const table = tableOf({ pk: 'S', sk: 'S' })
    expect(plan([[{ pk: 'a', sk: 'b' }], [{ pk: 'a', sk: 'c' }]], table).plain).toHaveLength(2)
  })

  it('gives a superseded row a winner that is at least tried', () => {
    const { settled, plain, chains } = plan([[{ id: 'a' }], [{ id: 'a' }, { mode: 'delete' }], [{ id: '' }]])
    expect([...settled.keys()]).toEqual([2, 0])
    expect([rowsOf(plain), chains]).toEqual([[[1]], []])
  })
})

describe('planning who carries a write', () => {
  it('leaves plain puts and deletes, one a key, to groups', () => {
    const { plain, chains } = plan([
      [{ id: 'a' }],
      [{ id: 'b' }, { mode: 'delete' }],
      [{ id: 'c' }],
      [{ id: 'c', x: 1 }, update]
    ])
    expect(rowsOf(plain)).toEqual([[0], [1], [2, 3]])
    expect(chains).toEqual([])
  })

  it('gives updates and conditional writes a call of their own, one key after another', () => {
    const { plain, chains } = plan([
      [{ id: 'a', x: 1 }, update],
      [{ id: 'b', v: 1 }, { version: 'v' }],
      [{ id: 'c' }, { if: 'absent' }],
      [{ id: 'd' }],
      [{ id: 'c', x: 1 }, update]
    ])
    expect(rowsOf(plain)).toEqual([[3]])
    expect(chains.map(rowsOf)).toEqual([[[0]], [[1]], [[2], [4]]])
  })
})

describe('planning a dry run', () => {
  const dry = { dry_run: true }

  it('makes every check and no write', () => {
    const rows = [
      [{ id: 'a' }, dry],
      [{ id: null }, dry],
      [{ id: 'b' }, { ...dry, ...update }],
      [{ id: 'c' }, { ...dry, mode: 'delete' }],
      [{ id: 'd' }, { ...dry, if: 'absent' }]
    ] as const
    expect(answers(rows)).toEqual({ 0: 'valid', 1: 'rejected', 2: 'valid', 3: 'valid', 4: 'valid' })
    expect(plan(rows)).toMatchObject({ plain: [], chains: [] })
  })

  it('decides duplicates', () => {
    expect(
      answers([
        [{ id: 'a' }, dry],
        [{ id: 'a' }, dry],
        [
          { id: 'a', x: 1 },
          { ...dry, ...update }
        ]
      ])
    ).toEqual({
      0: 'superseded',
      1: 'valid',
      2: 'valid'
    })
  })

  it('never wins over a row that is written', () => {
    const { settled, plain } = plan([[{ id: 'a' }], [{ id: 'a' }, dry]])
    expect([...settled]).toEqual([[1, { status: 'valid' }]])
    expect(rowsOf(plain)).toEqual([[0]])
  })
})

describe('planning no rows', () => {
  it('plans nothing', () => {
    expect(plan([])).toEqual({ settled: new Map(), plain: [], chains: [], trail: new Map() })
  })
})
