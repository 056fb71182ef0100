import { describe, expect, it } from 'vitest'
import type { AttributeValue } from '../../api/plan/attribute.ts'
import { holdsAlready, judge } from '../../api/plan/judge.ts'
import { type Sent, write } from '../support/rows.ts'

const item = (values: Readonly<Record<string, AttributeValue>>) => new Map(Object.entries(values))
const versioned = (v: unknown, options: Readonly<Record<string, unknown>> = {}) =>
  write({ id: 'a', v, x: 1 }, { version: 'v', ...options })

describe('a write that changes nothing', () => {
  const stored = item({ id: { S: 'a' }, x: { N: '1.0' }, s: { SS: ['b', 'a'] } })
  const sameRow = { id: 'a', x: 1, s: ['a', 'b'] }

  it.each<[Sent, Sent, boolean]>([
    [sameRow, { types: { s: 'SS' } }, true],
    [{ ...sameRow, x: 2 }, { types: { s: 'SS' } }, false],
    [{ id: 'a', x: 1 }, {}, false],
    [{ id: 'a', x: 1 }, { mode: 'update' }, true],
    [{ id: 'a', x: 2 }, { mode: 'update' }, false],
    [{ id: 'a', y: 1 }, { mode: 'update' }, false],
    [{ id: 'a', x: null }, { mode: 'update', nulls: 'remove' }, false],
    [{ id: 'a', y: null }, { mode: 'update', nulls: 'remove' }, true],
    [{ id: 'a' }, { mode: 'update' }, true],
    [{ id: 'a' }, { mode: 'delete' }, false]
  ])('is told by the stored item: %j with %j is %s', (sent, options, holds) => {
    expect(holdsAlready(write(sent, options), stored)).toBe(holds)
  })

  it('is a delete where nothing is stored, and never a put or update there', () => {
    expect(holdsAlready(write({ id: 'a' }, { mode: 'delete' }), undefined)).toBe(true)
    expect(holdsAlready(write({ id: 'a' }), undefined)).toBe(false)
    expect(holdsAlready(write({ id: 'a' }, { mode: 'update' }), undefined)).toBe(false)
  })

  it('is told past ttl and stamp', () => {
    const options = { ttl: { attribute: 'expires', days: 1 }, stamp: 'origin', types: { s: 'SS' } }
    const older = item({ ...Object.fromEntries(stored), expires: { N: '5' }, origin: { M: {} } })
    expect(holdsAlready(write(sameRow, options), older)).toBe(true)
    expect(holdsAlready(write(sameRow, options), stored)).toBe(true)
    expect(holdsAlready(write({ id: 'a', x: 1 }, { ...options, mode: 'update' }), stored)).toBe(true)
    expect(holdsAlready(write(sameRow, { types: { s: 'SS' } }), older)).toBe(false)
  })
})

describe('a versioned write that was refused', () => {
  it('is stale against a higher version', () => {
    expect(judge(versioned(1), item({ id: { S: 'a' }, v: { N: '2' } }), false)).toEqual({ status: 'stale' })
  })

  it('is stale against an equal version of another content', () => {
    expect(judge(versioned(1), item({ id: { S: 'a' }, v: { N: '1' } }), false)).toEqual({ status: 'stale' })
  })

  it('is taken when the stored item of that version is what it writes, whoever wrote it', () => {
    const stored = item({ id: { S: 'a' }, v: { N: '1.0' }, x: { N: '1' } })
    expect(judge(versioned(1), stored, false)).toBe('taken')
    expect(judge(versioned(1, { mode: 'update' }), stored, false)).toBe('taken')
    expect(judge(versioned(1, { mode: 'delete' }), stored, false)).toEqual({ status: 'stale' })
  })

  it('is taken as a repeated tombstone, whose TTL has moved on', () => {
    const repeat = versioned(1, { mode: 'delete', tombstone: { attribute: 'gone', days: 1 } })
    const marker = item({ id: { S: 'a' }, v: { N: '1' }, gone: { N: '5' } })
    expect(judge(repeat, marker, false)).toBe('taken')
    const bare = item({ id: { S: 'a' }, v: { N: '1' } })
    expect(judge(repeat, bare, false)).toEqual({ status: 'stale' })
  })

  it('is stale against another type, and says so', () => {
    const message = 'the stored v is of another type than the one sent'
    expect(judge(versioned(1), item({ id: { S: 'a' }, v: { S: '0' } }), false)).toEqual({
      status: 'stale',
      message
    })
    expect(judge(versioned('1'), item({ id: { S: 'a' }, v: { NULL: true } }), true)).toEqual({
      status: 'stale',
      message
    })
  })

  it('goes again when nothing stands in its way any more', () => {
    expect(judge(versioned(2), item({ id: { S: 'a' }, v: { N: '1' } }), false)).toBe('again')
    expect(judge(versioned(2), item({ id: { S: 'a' } }), false)).toBe('again')
    expect(judge(versioned(2), undefined, false)).toBe('again')
  })

  it('failed its own condition when its version is higher', () => {
    const stored = item({ id: { S: 'a' }, v: { N: '1' } })
    expect(judge(versioned(2, { if: 'absent' }), stored, false)).toEqual({ status: 'condition_failed' })
  })
})

describe('a conditional write that was refused', () => {
  const put = write({ id: 'a', x: 1 }, { if: 'absent' })
  const same = item({ id: { S: 'a' }, x: { N: '1' } })

  it('failed its condition', () => {
    expect(judge(put, same, false)).toEqual({ status: 'condition_failed' })
  })

  it('is taken when an earlier answer was lost and the table holds what it says', () => {
    expect(judge(put, same, true)).toBe('taken')
    expect(judge(put, item({ id: { S: 'a' }, x: { N: '2' } }), true)).toEqual({ status: 'condition_failed' })
    expect(judge(write({ id: 'a' }, { mode: 'delete', if: 'present' }), undefined, true)).toBe('taken')
  })
})
