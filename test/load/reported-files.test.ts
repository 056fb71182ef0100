import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type BulkWorld, bulkWorld } from '../support/bulk-world.ts'

// Small files that others reported of other loaders, through the whole bulk path: the right value, or a reason.

const stored = (name: string) => readFileSync(new URL(`../decode/cases/${name}`, import.meta.url))

interface Loaded {
  readonly world: BulkWorld
  readonly status: Awaited<ReturnType<BulkWorld['status']>>
  readonly items: Readonly<Record<string, unknown>>
  readonly rejected: readonly { readonly number: number; readonly code: string; readonly message: string }[]
}

const loaded = async (name: string, content: string | Uint8Array, options?: object): Promise<Loaded> => {
  const world = bulkWorld()
  world.unload('r1', { [name]: content }, options === undefined ? {} : { options })
  await world.arrive('unload/r1/manifest.json')
  await world.drain()
  return lookedAt(world)
}

const redriven = async ({ world }: Loaded, options: object): Promise<Loaded> => {
  await world.redrive('r1', options)
  await world.drain()
  return lookedAt(world)
}

const lookedAt = async (world: BulkWorld): Promise<Loaded> => {
  const rejected = world.store
    .keys('rejected/r1/')
    .flatMap((key) =>
      gunzipSync(world.store.objects.get(key) ?? Buffer.alloc(0))
        .toString()
        .split('\n')
    )
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
  const items = Object.fromEntries(
    [...world.port.items.values()].map((item) => {
      const { id, ...rest } = Object.fromEntries(item as Iterable<[string, { S?: string; N?: string }]>)
      return [id?.S ?? id?.N ?? '', rest]
    })
  )
  return { world, status: await world.status('r1'), items, rejected }
}

describe('a CSV file', () => {
  it('with lone carriage returns has its rows', async () => {
    const { status, items } = await loaded('cr.csv', 'id,name\ra,x\rb,y\r')
    expect(status).toMatchObject({ state: 'complete', rows: { read: 2, written: 2 } })
    expect(items).toEqual({ a: { name: { S: 'x' } }, b: { name: { S: 'y' } } })
  })

  it('that has nothing but one unreadable header fails, and is not complete with 0 rows', async () => {
    const { status } = await loaded('a.csv', 'id,name\na,x\n', { format: { record_delimiter: '|' } })
    expect(status).toMatchObject({
      state: 'failed',
      errors: [expect.stringMatching(/header takes the whole/)]
    })
  })

  it('of a plain COPY loses no quote: it fails with the cure, and the cure works', async () => {
    const plain = 'ID,T\n1,"quoted by the user"\n2,"start only\n3,plain\n4,"a"b\n5,""\n'
    const first = await loaded('q.csv', plain, { names: 'lower' })
    expect(first.status.state).toBe('failed')
    const { status, items } = await redriven(first, { names: 'lower', format: { quote: 'none' } })
    expect(status).toMatchObject({ state: 'complete', rows: { written: 5 }, errors: [] })
    expect(items).toEqual({
      1: { t: { S: '"quoted by the user"' } },
      2: { t: { S: '"start only' } },
      3: { t: { S: 'plain' } },
      4: { t: { S: '"a"b' } },
      5: { t: { S: '""' } }
    })
  })

  it('whose quotes may be text says so in the status', async () => {
    const { status } = await loaded('q.csv', 'id,t\na,"abc"\nb,plain\n')
    expect(status).toMatchObject({
      state: 'complete',
      errors: [expect.stringMatching(/^q\.csv: warning: column t has cells in quotes and cells without/)]
    })
  })

  it('with backslashes of another writer merges nothing: it fails with the cure, and the cure works', async () => {
    const text = 'id,path\na,\\\\srv\\share\\x\nb,C:\\dir\\\nc,"\\\\srv\\q"\nd,plain\ne,ok\n'
    const first = await loaded('unc.csv', text)
    expect(first.status.state).toBe('failed')
    expect((await redriven(first, { format: { escape_unenclosed_field: 'NONE' } })).items).toEqual({
      a: { path: { S: '\\\\srv\\share\\x' } },
      b: { path: { S: 'C:\\dir\\' } },
      c: { path: { S: '\\\\srv\\q' } },
      d: { path: { S: 'plain' } },
      e: { path: { S: 'ok' } }
    })
  })

  it('with BINARY as COPY writes it has these bytes or none', async () => {
    const text = 'id,b\na,DEADBEEF\nb,00FF\nc,CAFEBABE0102\nd,0A\n'
    const first = await loaded('hex.csv', text, { types: { b: 'B' } })
    expect(first.status.rows).toMatchObject({ written: 0, rejected: 4 })
    expect(first.rejected[0]?.message).toMatch(/binary_format: 'hex' or 'base64'/)
    const options = { types: { b: 'B' }, format: { binary_format: 'HEX' } }
    const right = {
      a: { b: { B: Uint8Array.of(0xde, 0xad, 0xbe, 0xef) } },
      b: { b: { B: Uint8Array.of(0, 0xff) } },
      c: { b: { B: Uint8Array.of(0xca, 0xfe, 0xba, 0xbe, 1, 2) } },
      d: { b: { B: Uint8Array.of(10) } }
    }
    expect((await redriven(first, options)).items).toEqual(right)
    expect((await loaded('hex.csv', text, options)).items).toEqual(right)
  })

  it('has BOOL in any case, and nothing else for it', async () => {
    const { items, rejected } = await loaded(
      'b.csv',
      'id,b\n1,true\n2,TRUE\n3,True\n4,t\n5,1\n6,false\n7,F\n8,\n',
      { types: { b: 'BOOL' } }
    )
    expect(items).toEqual({
      1: { b: { BOOL: true } },
      2: { b: { BOOL: true } },
      3: { b: { BOOL: true } },
      6: { b: { BOOL: false } },
      8: { b: { NULL: true } }
    })
    expect(rejected.map(({ number, code }) => [number, code])).toEqual(
      [3, 4, 6].map((number) => [number, 'unsupported_value'])
    )
  })

  it('with NaN in a column of numbers is as option non_finite says', async () => {
    const text = 'id,n\na,NaN\nb,-inf\nc,1.50\n'
    const first = await loaded('n.csv', text, { types: { n: 'N' } })
    expect(first.items).toEqual({ c: { n: { N: '1.5' } } })
    expect(first.rejected.map(({ code }) => code)).toEqual(['unsupported_value', 'unsupported_value'])
    expect((await redriven(first, { types: { n: 'N' }, non_finite: 'null' })).items).toMatchObject({
      a: { n: { NULL: true } },
      b: { n: { NULL: true } }
    })
  })
})

describe('a Parquet file', () => {
  it.each(['df.parquet.gzip', 'df.parquet.gz'])('under the name %s loads', async (name) => {
    const { status, items } = await loaded(name, stored('df.parquet.gzip'))
    expect(status).toMatchObject({ state: 'complete', rows: { written: 1 } })
    expect(items).toEqual({ 'parquet.gzip': {} })
  })

  const finite = { c: { f: { N: '0' }, g: { NULL: true } } }
  it('with NaN and infinities rejects their rows alone, into JSON', async () => {
    const { status, items, rejected } = await loaded('nan.parquet', stored('not-finite.parquet'))
    expect(status.rows).toMatchObject({ read: 4, written: 1, rejected: 3 })
    expect(items).toEqual(finite)
    expect(rejected[0]).toMatchObject({ code: 'unsupported_value', row: { id: 'a', f: 'NaN', g: 'NaN' } })
  })

  it.each([
    { types: { f: 'S', g: 'S' } },
    { non_finite: 'text' },
    { non_finite: 'null' },
    { non_finite: 'omit' }
  ])('comes back by a redrive as a fresh load would have it: %o', async (options) => {
    const fresh = await loaded('nan.parquet', stored('not-finite.parquet'), options)
    const again = await redriven(await loaded('nan.parquet', stored('not-finite.parquet')), options)
    for (const id of ['a', 'b', 'd']) expect(again.items[id]).toEqual(fresh.items[id])
    expect(again.rejected).toEqual(fresh.rejected)
  })
})

describe('JSON that is not NDJSON', () => {
  it.each([
    [
      'pretty-printed',
      '{\n  "id": "a",\n  "n": 1\n}',
      /JSON over several lines.*one object a line.*jq -c \./
    ],
    ['an array', '[{"id":"a"},{"id":"b"}]', /a JSON array.*one object a line.*jq -c '\.\[\]'/],
    ['an array of lines', '[{"id":"a"},\n{"id":"b"}]\n', /JSON over several lines.*jq -c '\.\[\]'/],
    ['a pretty array', '[\n  {"id":"a"}\n]', /JSON over several lines/]
  ])('fails with what it is: %s', async (_, text, error) => {
    for (const pieces of [text, `\n\n${text}`]) {
      const { status, items } = await loaded('a.json', pieces)
      expect(status).toMatchObject({ state: 'failed', errors: [expect.stringMatching(error)] })
      expect(items).toEqual({})
    }
  })

  it('is not a file whose first line is broken', async () => {
    const { status } = await loaded('a.json', '{"id":"a","n":\n{"id":"b"}\n')
    expect(status).toMatchObject({ state: 'complete', rows: { written: 1, rejected: 1 } })
  })
})

describe('an export of DynamoDB', () => {
  const lines =
    '{"Item":{"id":{"S":"a"},"n":{"N":"12345678901234567890123456789012345678"},"s":{"SS":["x","y"]},"b":{"B":"3q2+7w=="},' +
    '"m":{"M":{"l":{"L":[{"NULL":true},{"BOOL":false},{"BS":["AA=="]}]}}}}}\n{"Item":{"id":{"S":"b"}}}\n'
  const right = {
    a: {
      n: { N: '12345678901234567890123456789012345678' },
      s: { SS: ['x', 'y'] },
      b: { B: Uint8Array.of(0xde, 0xad, 0xbe, 0xef) },
      m: { M: { l: { L: [{ NULL: true }, { BOOL: false }, { BS: [Uint8Array.of(0)] }] } } }
    },
    b: {}
  }
  const exported = { format: { type: 'dynamodb_json' } }

  it('is read as what it is', async () => {
    expect((await loaded('x.json', lines, exported)).items).toEqual(right)
  })

  it('is told apart, and comes back by a redrive', async () => {
    const first = await loaded('x.json', lines)
    expect(first.rejected[0]).toMatchObject({
      code: 'unreadable_row',
      message: expect.stringMatching(/DynamoDB export: say format \{'type': 'dynamodb_json'\}/)
    })
    expect((await redriven(first, exported)).items).toEqual(right)
  })

  it('comes back whole from the rejected file, sets and bytes too', async () => {
    const first = await loaded('x.json', lines.replace('"id":{"S":"a"}', '"other":{"S":"a"}'), exported)
    expect(first.rejected).toMatchObject([{ code: 'missing_key', row: { s: ['x', 'y'] } }])
    const { items } = await redriven(first, { ...exported, rename: { other: 'id' } })
    expect(items).toEqual(right)
  })

  it.each([
    ['{"Item":{"id":{"S":"a"},"n":{"N":"12x"}}}', /attribute n is not in DynamoDB's JSON/],
    ['{"Keys":{"id":{"S":"a"}}}', /deletion of an incremental export/],
    ['[1]', /the line is not an object/]
  ])('rejects a line that is none, without its values: %s', async (line, message) => {
    const { rejected } = await loaded('x.json', `${line}\n${lines}`, exported)
    expect(rejected).toMatchObject([
      { number: 0, code: 'unreadable_row', message: expect.stringMatching(message) }
    ])
  })
})

describe('a rejected row', () => {
  it('keeps its code, its message and its text through a redrive that cannot read it either', async () => {
    const first = await loaded('a.ndjson', '{"id":"a","n":}\n[1]\n')
    expect(first.rejected).toMatchObject([
      { number: 0, code: 'unreadable_row', text: '{"id":"a","n":}' },
      { number: 1, code: 'not_an_object', row: [1] }
    ])
    const second = await redriven(first, {})
    const third = await redriven(second, {})
    expect(third.rejected).toEqual(second.rejected)
    expect(second.rejected).toMatchObject([
      {
        number: 0,
        code: 'unreadable_row',
        message: expect.stringMatching(/^the line is not JSON: .*still not a row/)
      },
      { number: 1, code: 'not_an_object', row: [1] }
    ])
  })

  it('of a line that was mended to no row keeps the line', async () => {
    const first = await loaded('a.ndjson', '{"x":1}\n')
    first.world.put('rejected/r1/a.ndjson.ndjson.gz', '{"number":0,"ro":{"id":"a"}}\n')
    expect((await redriven(first, {})).rejected).toMatchObject([{ text: '{"number":0,"ro":{"id":"a"}}' }])
  })

  it('is JSON and comes back: bytes in lists, names twice, 38 digits, words', async () => {
    const text = '{"k":"a","n":12345678901234567890123456789012345678,"f":[1,NaN,{"g":-Infinity}],"x":1}\n'
    const options = { rename: { k: 'id' }, non_finite: 'text' }
    const fresh = await loaded('a.ndjson', text, options)
    const again = await redriven(await loaded('a.ndjson', text), options)
    expect(again.items).toEqual(fresh.items)
    expect(again.items).toMatchObject({
      a: { n: { N: '12345678901234567890123456789012345678' }, f: { L: [{ N: '1' }, { S: 'NaN' }, {}] } }
    })
    const twice = await loaded('a.ndjson', '{"id":"a","x":1,"x":2}\n')
    expect(twice.rejected).toMatchObject([{ code: 'duplicate_attribute' }])
    expect((await redriven(twice, {})).rejected).toMatchObject([{ code: 'duplicate_attribute' }])
  })
})
