import { describe, expect, it } from 'vitest'
import type { ChunkFormatOption } from '../../api/decode/chunk-format.ts'
import { readChunk, readTexts } from '../support/read-chunk.ts'

describe('a record that cannot be read', () => {
  it('is one unreadable row with its number; its neighbours are read', async () => {
    const chunk = Buffer.concat([
      Buffer.from('A,B\n0,a\n1\n2,a,b\n'),
      Buffer.from([0x33, 0x2c, 0xff, 0x0a]),
      Buffer.from('4,"x" y\n5,b')
    ])

    expect(await readChunk('a.csv', chunk)).toMatchObject([
      { rowNumber: 0 },
      { rowNumber: 1, unreadable: 'the row has 1 column, the header has 2', text: '1' },
      { rowNumber: 2, unreadable: 'the row has 3 columns, the header has 2', text: '2,a,b' },
      { rowNumber: 3, unreadable: 'the row is not UTF-8; its bytes are kept as base64', text: 'Myz/' },
      { rowNumber: 4, unreadable: 'the row is not CSV: text follows a closing quote', text: '4,"x" y' },
      { rowNumber: 5 }
    ])
  })

  it.each([
    ['the next quote', 'text follows a closing quote', 'A,B\n0,"oops\n1,b\n2,"c"\n3,d\n', 4],
    ['another open quote', 'text follows a closing quote', 'A,B\n0,"oops\n1,b\n2,"c\n3,d\n', 4],
    ['the end', 'a quote is not closed', 'A,B\n0,"oops\n1,b\n2,c', 3]
  ])('for a quote that is not closed before %s is that line only', async (_, problem, chunk, count) => {
    for (const bytes of [1, 3, 100]) {
      const read = await readTexts('a.csv', chunk, { pieceBytes: bytes })

      expect(read).toHaveLength(count)
      expect(read[0]).toBe(`the row is not CSV: ${problem}`)
      expect(read[1]).toBe('{"A":"1","B":"b"}')
    }
    const [bad] = await readChunk('a.csv', chunk)
    expect(bad).toMatchObject({ rowNumber: 0, text: '0,"oops' })
  })

  it('is all of its lines where these may be its text: text is never taken for rows', async () => {
    const [bad, next] = await readChunk('a.csv', 'A,B\n0,"Dear Ann,\nall is well\nBob" x\n1,b\n')

    expect(bad).toMatchObject({
      unreadable: 'the row is not CSV: text follows a closing quote, over several lines',
      text: '0,"Dear Ann,\nall is well\nBob" x'
    })
    expect(next).toMatchObject({ rowNumber: 1, item: expect.anything() })
  })
})

describe('a quote that is not closed in a file of one column', () => {
  it('costs all of its lines: any line would pass for a row of one column, and may be text', async () => {
    const rows = await readChunk('a.csv', 'NOTE\nfirst\n"Dear Ann,\nall is well\nBob" x\nlast\n')

    expect(rows).toMatchObject([
      { rowNumber: 0 },
      { rowNumber: 1, text: '"Dear Ann,\nall is well\nBob" x' },
      { rowNumber: 2 }
    ])
    expect(rows).toHaveLength(3)
  })
})

describe('a CSV chunk that cannot be read at all', () => {
  const refusal = (chunk: string, format: ChunkFormatOption = {}) =>
    expect(readTexts('a.csv', chunk, { format })).rejects

  it('is refused for a header that is no header', async () => {
    await refusal('A,"B" x\n1,2').toThrow(/^the header is not CSV/)
    await refusal('A,,C\n1,2,3').toThrow(/^column 2 of the header has no name/)
    await refusal(`"${'x'.repeat(17 * 1024 * 1024)}`).toThrow(/^the header is longer/)
  })

  it('is refused when its quotes would swallow it, and memory with it', async () => {
    const text = `${'words without any comma '.repeat(40)}\n`.repeat(18_000)

    await refusal(`A,B\n1,"${text}`).toThrow(/^row 0 is longer than 16777216 bytes: a quote is not closed/)
    await refusal(`A,B\n1,"b" ${'x'.repeat(17_000_000)}\n2,b`).toThrow(/^row 0 is longer than/)
    await refusal(`A,B\n1,b\n2,"${text.slice(0, 100_000)}`).toThrow(/^row 1 opens a quote that is not closed/)
  })

  it('loses one row only to a quote that is never closed, when its lines are rows', async () => {
    const lines = `2,${'some text '.repeat(100)}\n`.repeat(20_000)
    const rows = await readChunk('a.csv', `A,B\n1,"b\n${lines}`, { from: 19_999 })

    expect(rows.map(({ rowNumber }) => rowNumber)).toEqual([19_999, 20_000])
  })
})

describe('a record longer than any that becomes an item', () => {
  it.each(['', '"'])('costs only itself, and says where it lies (quote %j)', async (quote) => {
    const long = `1,${quote}${'x'.repeat(4 * 1024 * 1024)}${quote}`
    const rows = await readChunk('a.csv', `A,B\n0,a\n${long}\r\n2,b\n`, { pieceBytes: 65_536 })

    expect(rows).toMatchObject([
      { rowNumber: 0 },
      { rowNumber: 1, text: long.slice(0, 1024), range: [8, 8 + long.length + 1] },
      { rowNumber: 2 }
    ])
  })
})
