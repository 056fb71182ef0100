import { describe, expect, it } from 'vitest'
import { planRow } from '../../api/plan/plan-row.ts'
import { Flaw } from '../../api/plan/row-result.ts'
import {
  content,
  context,
  nowSeconds,
  planned,
  reject,
  row,
  type Sent,
  tableOf,
  write
} from '../support/rows.ts'

describe('mode', () => {
  it('put writes the whole item', () => {
    const made = write({ id: 'a', n: 1, m: { x: null } })
    expect(made.action.kind).toBe('put')
    expect(content(made)).toEqual({ id: { S: 'a' }, n: { N: '1' }, m: { M: { x: { NULL: true } } } })
    expect(made.rows).toEqual([{ rowNumber: 0, done: 'written' }])
  })

  it('update sets the given attributes only', () => {
    const made = write({ id: 'a', n: 1 }, { mode: 'update' })
    expect(made.action).toEqual({ kind: 'update', set: new Map([['n', { N: '1' }]]), remove: new Set() })
    expect(made.rows).toEqual([{ rowNumber: 0, done: 'written' }])
  })

  it('delete looks at the key attributes only', () => {
    const made = write('{"id":"a","n":1e999,"":[]}', { mode: 'delete' })
    expect(made.action).toEqual({ kind: 'delete' })
    expect(made.rows).toEqual([{ rowNumber: 0, done: 'deleted' }])
  })
})

describe('nulls', () => {
  const sent = { id: 'a', gone: null, kept: { inner: null } }
  const kept = { kept: { M: { inner: { NULL: true } } } }

  it('keep stores NULL', () => {
    expect(content(write(sent))).toMatchObject({ gone: { NULL: true }, ...kept })
    expect(content(write(sent, { mode: 'update' }))).toEqual({ gone: { NULL: true }, ...kept })
  })

  it('omit leaves the attribute out, at the top level only', () => {
    expect(content(write(sent, { nulls: 'omit' }))).toEqual({ id: { S: 'a' }, ...kept })
    const { action } = write(sent, { nulls: 'omit', mode: 'update' })
    expect(action).toEqual({ kind: 'update', set: new Map(Object.entries(kept)), remove: new Set() })
  })

  it('remove takes it away with update, and is omit with put', () => {
    expect(content(write(sent, { nulls: 'remove' }))).toEqual({ id: { S: 'a' }, ...kept })
    const { action } = write(sent, { nulls: 'remove', mode: 'update' })
    expect(action).toEqual({ kind: 'update', set: new Map(Object.entries(kept)), remove: new Set(['gone']) })
  })

  it('leave a typed attribute NULL', () => {
    expect(content(write(sent, { types: { gone: 'SS' } }))).toMatchObject({ gone: { NULL: true } })
  })
})

describe('types', () => {
  it('name attributes as they are in DynamoDB, after rename and names', () => {
    const options = { names: 'lower', rename: { AT: 'expiresAt' }, types: { expiresAt: 'epoch', zip: 'S' } }
    expect(content(write({ ID: 'a', AT: '2026-11-24', ZIP: 8000 }, options))).toEqual({
      id: { S: 'a' },
      expiresAt: { N: '1795478400' },
      zip: { S: '8000' }
    })
  })

  it('make a key fit', () => {
    expect(content(write({ id: 7 }, { types: { id: 'S' } }))).toEqual({ id: { S: '7' } })
  })
})

describe('version', () => {
  it.each<[Sent, Sent, unknown]>([
    [{ id: 'a', v: 3 }, {}, { N: '3' }],
    [{ id: 'a', v: '2026-11-24' }, {}, { S: '2026-11-24' }],
    [{ id: 'a', v: '3' }, { types: { v: 'N' } }, { N: '3' }],
    [{ id: 'a', v: 3, big: {} }, { mode: 'delete' }, { N: '3' }],
    [{ id: 'a', v: 3 }, { mode: 'update' }, { N: '3' }]
  ])('guards the write: %j with %j', (item, options, value) => {
    expect(write(item, { ...Object(options), version: 'v' }).version).toEqual({ attribute: 'v', value })
  })

  it('is written with the item', () => {
    expect(content(write({ id: 'a', v: 3 }, { version: 'v' }))).toHaveProperty('v')
    expect(content(write({ id: 'a', v: 3 }, { version: 'v', mode: 'update' }))).toHaveProperty('v')
  })

  it('is the attribute as it is in DynamoDB', () => {
    expect(
      write({ id: 'a', UPDATED_AT: 3 }, { version: 'updatedAt', names: 'camel', rename: { id: 'id' } })
        .version
    ).toEqual({ attribute: 'updatedAt', value: { N: '3' } })
  })

  it.each<[Sent, Sent, string]>([
    [{ id: 'a' }, {}, 'missing or NULL'],
    [{ id: 'a', v: null }, {}, 'missing or NULL'],
    [{ id: 'a', v: null }, { nulls: 'omit' }, 'missing or NULL'],
    [{ id: 'a', v: null }, { nulls: 'remove', mode: 'update' }, 'missing or NULL'],
    [{ id: 'a' }, { mode: 'delete' }, 'missing or NULL'],
    [{ id: 'a', v: {} }, {}, 'not a number or text'],
    [{ id: 'a', v: [1] }, {}, 'not a number or text'],
    [{ id: 'a', v: true }, {}, 'not a number or text'],
    [{ id: 'a', v: [1] }, { types: { v: 'NS' } }, 'not a number or text']
  ])('that is missing, NULL or no scalar is rejected: %j with %j', (item, options, what) => {
    expect(reject(item, { ...Object(options), version: 'v' })).toEqual({
      status: 'rejected',
      code: 'unsupported_value',
      message: `version v is ${what}`
    })
  })
})

describe('tombstone', () => {
  const options = { mode: 'delete', version: 'v', tombstone: { attribute: 'gone', days: 30 } }

  it('leaves key, version and TTL in place of the item', () => {
    const made = write({ id: 'a', v: 3, other: 1 }, options)
    expect(made.action.kind).toBe('put')
    expect(content(made)).toEqual({
      id: { S: 'a' },
      v: { N: '3' },
      gone: { N: String(nowSeconds + 30 * 86_400) }
    })
    expect(made.rows).toEqual([{ rowNumber: 0, done: 'deleted' }])
  })

  it('does nothing to other modes', () => {
    expect(content(write({ id: 'a', v: 3 }, { ...options, mode: 'put' }))).toEqual({
      id: { S: 'a' },
      v: { N: '3' }
    })
    expect(content(write({ id: 'a', v: 3 }, { ...options, mode: 'update' }))).toEqual({ v: { N: '3' } })
  })
})

describe('ttl', () => {
  it('is now and so many days, in epoch seconds', () => {
    expect(content(write({ id: 'a' }, { ttl: { attribute: 'expires', days: 90 } }))).toEqual({
      id: { S: 'a' },
      expires: { N: String(nowSeconds + 90 * 86_400) }
    })
    expect(content(write({ id: 'a' }, { ttl: { attribute: 'expires', days: 0.5 } }))).toMatchObject({
      expires: { N: String(nowSeconds + 43_200) }
    })
  })

  it('goes with an update, too, and wins over a NULL of that name', () => {
    const options = { mode: 'update', nulls: 'remove', ttl: { attribute: 'expires', days: 1 } }
    expect(write({ id: 'a', expires: null }, options).action).toEqual({
      kind: 'update',
      set: new Map([['expires', { N: String(nowSeconds + 86_400) }]]),
      remove: new Set()
    })
  })
})

describe('stamp', () => {
  const stamp = {
    M: { query_id: { S: 'q-1' }, batch_id: { S: 'b-1' }, at: { S: '2026-11-24T10:00:00.000Z' } }
  }

  it('tells where the item came from', () => {
    expect(content(write({ id: 'a' }, { stamp: 'origin' }))).toEqual({ id: { S: 'a' }, origin: stamp })
    const options = { stamp: 'origin', mode: 'update', nulls: 'remove' }
    expect(write({ id: 'a', origin: null }, options).action).toEqual({
      kind: 'update',
      set: new Map([['origin', stamp]]),
      remove: new Set()
    })
  })
})

describe('an option attribute in an impossible place', () => {
  it.each<[Sent, string]>([
    [{ version: 'id' }, 'option version names the key attribute id'],
    [{ ttl: { attribute: 'id', days: 1 } }, 'option ttl names the key attribute id'],
    [{ stamp: 'id' }, 'option stamp names the key attribute id'],
    [
      { version: 'v', tombstone: { attribute: 'id', days: 1 } },
      'option tombstone names the key attribute id'
    ],
    [{ version: 'x', stamp: 'x' }, 'options version, ttl, stamp and tombstone need attributes of their own'],
    [
      { version: 'x', ttl: { attribute: 'x', days: 1 } },
      'options version, ttl, stamp and tombstone need attributes of their own'
    ],
    [
      { stamp: 'x', ttl: { attribute: 'x', days: 1 } },
      'options version, ttl, stamp and tombstone need attributes of their own'
    ],
    [
      { version: 'x', tombstone: { attribute: 'x', days: 1 } },
      'options version, ttl, stamp and tombstone need attributes of their own'
    ],
    [
      { version: 'v', stamp: 'x', tombstone: { attribute: 'x', days: 1 } },
      'options version, ttl, stamp and tombstone need attributes of their own'
    ]
  ])('is refused: %j', (options, message) => {
    expect(reject({ id: 'a', v: 1, x: 1 }, options)).toEqual({
      status: 'rejected',
      code: 'invalid_options',
      message
    })
  })

  it('is not what ttl and tombstone share: the table has one TTL attribute', () => {
    const expiry = { attribute: 'expires', days: 1 }
    expect(reject({ id: 'a', v: 1 }, { version: 'v', ttl: expiry, tombstone: expiry })).toBeUndefined()
  })
})

describe('what a comparison looks past', () => {
  it('is ttl and stamp, and the TTL of a tombstone when it is one', () => {
    const options = {
      ttl: { attribute: 't', days: 1 },
      stamp: 's',
      version: 'v',
      tombstone: { attribute: 'g', days: 1 }
    }
    expect(write({ id: 'a', v: 1 }, options).lookPast).toEqual(new Set(['t', 's']))
    expect(write({ id: 'a', v: 1 }, { ...options, mode: 'delete' }).lookPast).toEqual(
      new Set(['t', 's', 'g'])
    )
    expect(write({ id: 'a' }).lookPast).toEqual(new Set())
  })
})

describe('an item of 409,600 bytes', () => {
  const sized = (bytes: number) => ({ id: 'a', n: -123.5, x: 'x'.repeat(bytes - 3 - (1 + 1 + 3 + 1) - 1) })

  it('is written, and not with one byte more', () => {
    expect(write(sized(409_600)).bytes).toBe(409_600)
    expect(reject(sized(409_601))).toEqual({
      status: 'rejected',
      code: 'item_too_large',
      message: 'the item has 409601 bytes, DynamoDB holds 409600'
    })
  })

  it('is as large by an update, whose key counts', () => {
    expect(write(sized(409_600), { mode: 'update' }).bytes).toBe(409_600)
    expect(reject(sized(409_601), { mode: 'update' })).toMatchObject({ code: 'item_too_large' })
  })

  it('is no matter to a delete', () => {
    expect(write(sized(500_000), { mode: 'delete' }).bytes).toBe(3)
  })
})

describe('the first thing wrong with a row', () => {
  it('is its answer; attribute names may be told, values never', () => {
    const secret = 'Passw0rd'
    const rows: Sent[] = [
      { id: secret.repeat(300) },
      { id: 'a', n: { [secret]: '' }, b: `${secret}!` },
      { id: { secret } },
      `{"id":"a","x":"${secret}\\ud800"}`,
      `{"id":"a","x":"${secret}","x":"${secret}"}`
    ]
    for (const item of rows) {
      const made = planned(item, { types: { b: 'B' } })
      expect(made).toBeInstanceOf(Flaw)
      expect(JSON.stringify(made)).not.toContain(secret)
    }
  })
})

describe('a table of another key', () => {
  it('plans the same row to another write', () => {
    const asked = row(3, { id: 'a', sk: 1 })
    const made = planRow({ ...asked, table: tableOf({ id: 'S', sk: 'N' }) }, context)
    expect(made).toMatchObject({ rows: [{ rowNumber: 3 }], action: { kind: 'put' } })
  })
})

describe('rows of a CSV chunk, whose cells are all text', () => {
  const untyped = { ...context, isUntyped: true }
  const table = tableOf({ pk: 'S', sk: 'N' })

  it('take the type of a key from the table; other attributes are S unless types says more', () => {
    const asked = row(0, { pk: '1', sk: '007', n: '1', m: '2' }, { types: { m: 'N' } })
    const made = planRow({ ...asked, table }, untyped)
    expect(made instanceof Flaw ? made : content(made)).toEqual({
      pk: { S: '1' },
      sk: { N: '7' },
      n: { S: '1' },
      m: { N: '2' }
    })
  })

  it.each([
    ['abc', 'key_type'],
    ['', 'invalid_key'],
    ['1e200', 'number_out_of_range']
  ])('say of a cell that cannot be that type what every key is told: %j is %s', (sk, code) => {
    const made = planRow({ ...row(0, { pk: '1', sk }), table }, untyped)
    expect(made).toMatchObject({ code })
    const built = planRow({ ...row(0, { pk: '1', c: sk }, { keys: { sk: '{c}' } }), table }, untyped)
    expect(built).toMatchObject({ code })
  })

  it('do so for a key built from columns, too', () => {
    const made = planRow({ ...row(0, { pk: 'a', N: '5' }, { keys: { sk: '{N}0' } }), table }, untyped)
    expect(made instanceof Flaw ? made : content(made)).toMatchObject({ sk: { N: '50' } })
  })
})
