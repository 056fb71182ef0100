import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChunkError } from '../../api/decode/chunk-error.ts'
import { type NdjsonTerms, ndjsonRows } from '../../api/decode/ndjson.ts'
import type { JsonSpan } from '../../api/json/json-span.ts'
import { parseJson } from '../../api/json/json-text.ts'
import { scanJson } from '../../api/json/scan-json.ts'
import { extent } from '../support/extent.ts'
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

/** Takes every JSON value, wherever it ends, and says which. */
const greedy = () => {
  let rows = 0
  return {
    take(block: Buffer, from: number): number {
      rows += 1
      return scanJson(block, from, block.length)
    },
    taken: () => ({ row: rows })
  }
}

const oddLine = fc.constantFrom(
  ...[
    '{"a":1,',
    '"b":2}',
    '{"a":',
    '1}',
    '[{"a":1},',
    '{"a":2}]',
    '[',
    ']',
    '{',
    '}',
    '{"a":1}}',
    '{"a":"cut'
  ],
  ...[
    '{"a":1} {"b":2}',
    '{"a":1};',
    ' {"a":1} ',
    '\t{ "a" : 1 }\t',
    '{"a":1,\r"b":2}',
    '{"a":1}\r',
    '\r',
    '  '
  ],
  ...['7', '"x"', 'null', 'nope', '[]', '[{"a":1}]', '{"a":1,"a":2}', '{"a":NaN}', '{"a":01}', '{"a":1e400}'],
  ...[
    '{"Item":{"id":{"S":"x"}}}',
    ' { "Item" : {"id":{"S":"x"}} }',
    '{"Item":1}',
    '{"Items":2}',
    '\ufeff{"a":1}'
  ],
  ...['{"a":"\xff"}', '{"\xff":1}', '\xff', '{"a":"\xc3\xa9"}', 'x'.repeat(50), `{"a":"${'y'.repeat(50)}"}`]
)

describe('a chunk of which a taker reads the rows', () => {
  const readBy = async (
    bytes: Buffer,
    pieceBytes: number,
    terms: NdjsonTerms & { readonly from: number }
  ): Promise<readonly unknown[]> => {
    async function* pieces() {
      for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
    }
    const rows: unknown[] = []
    try {
      for await (const page of ndjsonRows(pieces(), terms.from, terms))
        for (const row of page)
          rows.push(
            'item' in row ? [row.rowNumber, (row.item as JsonSpan).text(), row.taken !== undefined] : row
          )
    } catch (error) {
      if (!(error instanceof ChunkError)) throw error
      rows.push(error.message)
    }
    return rows
  }
  const untaken = (row: unknown): unknown => (Array.isArray(row) ? row.slice(0, 2) : row)

  it('has the same rows, line by line, whatever its lines are and however they are cut', async () => {
    let taken = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(oddLine, line), { maxLength: 12 }),
        fc.array(fc.constantFrom('\n', '\n', '\r\n', '\n\n', ' \r\n'), { minLength: 12, maxLength: 12 }),
        fc.boolean(),
        fc.record({ pieceBytes: fc.integer({ min: 1, max: 60 }), from: fc.constantFrom(0, 0, 0, 1, 3) }),
        async (lines, ends, endsAtLast, { pieceBytes, from }) => {
          const text = lines
            .map((each, n) => (n < lines.length - 1 || endsAtLast ? each + ends[n] : each))
            .join('')
          const bytes = Buffer.concat(
            text.split(/(\xff)/).map((part) => Buffer.from(part, part === '\xff' ? 'latin1' : 'utf8'))
          )
          const terms = { from, maxLineBytes: 45 }
          const read = await readBy(bytes, pieceBytes, { ...terms, taker: greedy() })
          taken += read.filter((row) => Array.isArray(row) && row[2]).length
          expect(read.map(untaken)).toEqual((await readBy(bytes, pieceBytes, terms)).map(untaken))
        }
      ),
      { numRuns: extent(400, 5_000) }
    )
    expect(taken).toBeGreaterThan(400)
  })

  it('has taken rows only where they are alone on their line, in UTF-8, and no line of an export', async () => {
    const read = async (text: string, taker = greedy()) =>
      readBy(Buffer.from(text, 'latin1'), 1_000, { from: 0, taker })
    const row = (rowNumber: number, text: string, isTaken = true) => [rowNumber, text, isTaken]

    expect(await read('{"a":1}\r\n {"b":2} \n\n{"c":3}')).toEqual([
      row(0, '{"a":1}'),
      row(1, '{"b":2}'),
      row(2, '{"c":3}')
    ])
    expect(await read('{"a":1}\n{"b":1,\n"c":2}')).toMatchObject([row(0, '{"a":1}'), {}, {}])
    expect(await read('{"a":1}\n{"b":2} {"c":3}\n{"d":4}')).toMatchObject([
      row(0, '{"a":1}'),
      { rowNumber: 1, text: '{"b":2} {"c":3}' },
      row(2, '{"d":4}')
    ])
    expect(await read('{"a":1}\n{"Item":{"id":{"S":"x"}}}\n{"Item":1}')).toMatchObject([
      row(0, '{"a":1}'),
      { rowNumber: 1, unreadable: expect.stringContaining('dynamodb_json') },
      row(2, '{"Item":1}')
    ])
    expect(await read('{"a":1}\n{"b":"\xff"}\n')).toMatchObject([row(0, '{"a":1}', false), { rowNumber: 1 }])
  })
})

describe('pages', () => {
  it('end at every 500th row, counted from the first that is read', async () => {
    const bytes = Buffer.from('{"a":1}\n'.repeat(1_700))
    async function* pieces() {
      for (let at = 0; at < bytes.length; at += 2_400) yield bytes.subarray(at, at + 2_400)
    }
    const ends: number[] = []
    for await (const page of ndjsonRows(pieces(), 120)) ends.push(page.at(-1)?.rowNumber ?? -1)
    expect(ends.filter((end) => [619, 1_119, 1_619].includes(end))).toHaveLength(3)
    expect(ends.at(-1)).toBe(1_699)
  })
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
    const rows: unknown[] = []
    for await (const page of ndjsonRows(pieces(), 0, { maxLineBytes }))
      for (const row of page)
        rows.push('item' in row ? (row.item as JsonSpan).text() : [row.text.trim(), ...(row.range ?? [])])
    return rows
  }

  it.each([1, 7, 99, 1_000])(
    'is one row that is set aside, wherever it stands (pieces of %d)',
    async (pieceBytes) => {
      const long = '7'.repeat(101)
      const text = `${long}\n1\n${long}\r\n${long}\n\n2\n${long}`
      const at = (start: number, end: number) => [text.slice(start, end).trim(), start, end]

      expect(await split(text, 100, pieceBytes)).toEqual([
        at(0, 101),
        '1',
        at(104, 206),
        at(207, 308),
        '2',
        at(312, 413)
      ])
      const fits = long.slice(1)
      expect(await split(`\ufeff${fits}\n${fits}`, 100, pieceBytes)).toEqual([fits, fits])
      expect(await split(`\ufeff${long}\n${fits}`, 100, pieceBytes)).toEqual([[long, 3, 104], fits])
    }
  )

  it('of 4 MiB costs only itself, and says where it lies', async () => {
    const long = Buffer.alloc(4 * 1024 * 1024 + 1, 'x')
    const chunk = Buffer.concat([Buffer.from('{"a":1}\n'), long, Buffer.from('\n{"a":2}')])

    for (const bytes of [chunk, gzipSync(chunk)])
      expect(await readChunk('a.ndjson', bytes, { format: { compression: 'auto' } })).toEqual([
        { rowNumber: 0, item: parseJson('{"a":1}') },
        {
          rowNumber: 1,
          unreadable:
            'the row has 4194305 bytes of text, at most 4194304 are read (bytes 8 to 4194313 of the unpacked chunk); ' +
            'only its first 1 KB are kept',
          text: 'x'.repeat(1024),
          range: [8, 4_194_313]
        },
        { rowNumber: 2, item: parseJson('{"a":2}') }
      ])
    expect(await readTexts('a.ndjson', long.subarray(1).fill('7'))).toEqual(['7'.repeat(4 * 1024 * 1024)])
  })

  it('of blank space is no row', async () => {
    expect(await split(`${' '.repeat(60)}\n${'\n'.repeat(500)}1\n`, 100, 7)).toEqual(['1'])
  })
})
