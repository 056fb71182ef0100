import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitLines } from '../../api/decode/split-lines.ts'
import { parseJson } from '../../api/json/json-text.ts'
import { readChunk, readTexts } from '../support/read-chunk.ts'

const ndjson = (text: string | Uint8Array, from = 0, pieceBytes = 64 * 1024) =>
  readTexts('rows.ndjson', text, { from, pieceBytes })

const digits = fc.stringMatching(/^-?[1-9][0-9]{0,37}(\.[0-9]{1,20})?$/)
const cell = fc.oneof(
  digits,
  fc.string({ unit: 'binary', maxLength: 12 }).map((text) => JSON.stringify(text)),
  fc.constantFrom('null', 'true', '[]', '{}', '"\u2028 \u2029 \\r"', '"😀"', '0.1e-7')
)
const line = fc
  .array(cell, { maxLength: 6 })
  .map((cells) => `{${cells.map((value, n) => `"c${n}":${value}`).join(',')}}`)

describe('any rows as NDJSON', () => {
  it('come back digit by digit, however the bytes are cut and the lines end', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 30 }),
        fc.constantFrom('\n', '\r\n', '\n\n'),
        fc.boolean(),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        async (lines, end, endsAtLast, pieceBytes, zipped) => {
          const text = Buffer.from(lines.join(end) + (endsAtLast ? end : ''))
          const read = await readTexts(
            zipped ? 'rows.ndjson.gz' : 'rows.ndjson',
            zipped ? gzipSync(text) : text,
            {
              pieceBytes
            }
          )

          expect(read.map((row) => JSON.parse(row))).toEqual(lines.map((each) => JSON.parse(each)))
          expect(read.join().match(/[0-9.]{16,}/g)).toEqual(lines.join().match(/[0-9.]{16,}/g))
        }
      )
    ))

  it('go on from any row as they would have without a stop', () =>
    fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1 }), fc.nat({ max: 40 }), async (lines, from) => {
        const text = lines.join('\n\n')
        const all = await readChunk('rows.ndjson', text)

        expect(await readChunk('rows.ndjson', text, { from })).toEqual(all.slice(from))
      })
    ))
})

describe('an NDJSON chunk', () => {
  it('keeps what JSON.parse loses', async () => {
    const row = '{"n":12345678901234567890123456789012345678,"p":1.10,"__proto__":{"a":1E+2}}'

    expect(await ndjson(row)).toEqual([row])
  })

  it('notes a name sent twice for the plan', async () => {
    const [row] = await readChunk('rows.ndjson', '{"a":1,"a":2}')

    expect(row).toMatchObject({ rowNumber: 0, item: { repeated: 'a' } })
  })

  it('is split at line feeds only, not at U+2028 and not at a carriage return', async () => {
    expect(await ndjson('{"a":"x\u2028y\u2029z\u0085"}\n{"a":1,\r"b":2}')).toEqual([
      '{"a":"x\u2028y\u2029z\u0085"}',
      '{"a":1,"b":2}'
    ])
  })

  it('may begin with a byte order mark, which belongs to no name', async () => {
    for (const pieceBytes of [1, 2, 100])
      expect(await ndjson('\ufeff{"a":1}\n', 0, pieceBytes)).toEqual(['{"a":1}'])
  })

  it.each(['', '\n', '\r\n \n\t\r\n', '\ufeff'])(
    'without a line that says something has no rows: %j',
    async (text) => {
      expect(await ndjson(text)).toEqual([])
    }
  )

  it('may hold values that are no objects: the plan rejects them', async () => {
    expect(await ndjson('1\n[2]\n"x"\nnull')).toEqual(['1', '[2]', '"x"', 'null'])
  })
})

describe('a line that cannot be read', () => {
  it('is one unreadable row with its number; its neighbours are read', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"a":0}\n\n{"secret":nope}\n{"a":2}\n{"a":"'),
      Buffer.from([0xff, 0xc3]),
      Buffer.from('"}\r\n{"a":4}\n{"cut')
    ])

    expect(await readChunk('rows.ndjson', bytes)).toMatchObject([
      { rowNumber: 0 },
      {
        rowNumber: 1,
        unreadable: 'the line is not JSON: something that is not a JSON value at character 11',
        text: '{"secret":nope}'
      },
      { rowNumber: 2 },
      {
        rowNumber: 3,
        unreadable: 'the line is not UTF-8; its bytes are kept as base64',
        text: Buffer.from([...Buffer.from('{"a":"'), 0xff, 0xc3, ...Buffer.from('"}')]).toString('base64')
      },
      { rowNumber: 4 },
      { rowNumber: 5, unreadable: 'the line is not JSON: the text ends inside a string at character 6' }
    ])
  })

  it('keeps its number when reading goes on from it', async () => {
    expect(await readChunk('rows.ndjson', '{}\r\nnope\r\n{}', { from: 1 })).toMatchObject([
      { rowNumber: 1, text: 'nope' },
      { rowNumber: 2 }
    ])
  })

  it('is kept up to 64 KB, whole characters only', async () => {
    const [row] = await readChunk('rows.ndjson', `x${'ü'.repeat(70_000)}`)

    expect(row).toMatchObject({
      unreadable: expect.stringMatching(/; only its first 64 KB are kept$/),
      text: `x${'ü'.repeat(32_767)}`
    })
  })
})

describe('a line longer than the bound', () => {
  const split = async (text: string, maxLineBytes: number, pieceBytes: number) => {
    async function* pieces() {
      const bytes = Buffer.from(text)
      for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
    }
    const lines: string[] = []
    for await (const page of splitLines(pieces(), maxLineBytes))
      lines.push(...page.map((each) => (typeof each === 'string' ? each : each.unreadable)))
    return lines
  }

  it.each([1, 7, 1_000])('is one unreadable line, wherever it stands (pieces of %d)', async (pieceBytes) => {
    const long = 'x'.repeat(101)
    const said = 'the line is longer than 100 bytes'

    expect(await split(`${long}\na\n${long}\r\n${long}\n\nb\n${long}`, 100, pieceBytes)).toEqual([
      said,
      'a',
      said,
      said,
      '',
      'b',
      said
    ])
    expect(await split(`${long.slice(1)}\n${long.slice(1)}`, 100, pieceBytes)).toEqual([
      long.slice(1),
      long.slice(1)
    ])
  })

  it('of 16 MB costs only itself', async () => {
    const long = Buffer.alloc(17 * 1024 * 1024, 'x')
    const rows = await readChunk(
      'a.ndjson',
      Buffer.concat([Buffer.from('{"a":1}\n'), long, Buffer.from('\n{"a":2}')])
    )

    expect(rows).toMatchObject([
      { rowNumber: 0, item: parseJson('{"a":1}') },
      { rowNumber: 1, unreadable: 'the line is longer than 16777216 bytes; only its first 64 KB are kept' },
      { rowNumber: 2, item: parseJson('{"a":2}') }
    ])
  })
})
