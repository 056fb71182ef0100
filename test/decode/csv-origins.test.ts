import { describe, expect, it } from 'vitest'
import { type ChunkFormatOption, chunkFormatOf, chunkFormatOption } from '../../api/decode/chunk-format.ts'
import { chunkRows } from '../../api/decode/chunk-rows.ts'
import { parseJson } from '../../api/json/json-text.ts'
import { memorySource } from '../support/memory-source.ts'
import { readChunk, readTexts } from '../support/read-chunk.ts'

/** The option as it is sent. */
const format = (text: string): ChunkFormatOption => chunkFormatOption.parse(parseJson(text))
const csv = (text: string, option = '{}', pieceBytes?: number) =>
  readTexts('rows.csv', text, { format: format(option), ...(pieceBytes === undefined ? {} : { pieceBytes }) })
const refused = (text: string, option?: string) => expect(csv(text, option)).rejects

const warningsOf = async (text: string, option = '{}') => {
  const warnings: string[] = []
  const reading = { warn: (warning: string) => warnings.push(warning) }
  for await (const _ of chunkRows(
    memorySource(Buffer.from(text)),
    chunkFormatOf('a.csv', format(option)),
    reading
  ));
  return warnings
}

describe('line ends', () => {
  it('may be lone carriage returns, quoted ones and line feeds in quotes being text', async () => {
    for (const pieceBytes of [1, 5, 1000]) {
      const read = (text: string, option?: string) => csv(text, option, pieceBytes)
      expect(await read('id,name\ra,x\rb,y\r')).toEqual(['{"id":"a","name":"x"}', '{"id":"b","name":"y"}'])
      expect(await read('id,name\ra,"x\n1"\rb,"y\r2"')).toEqual([
        String.raw`{"id":"a","name":"x\n1"}`,
        String.raw`{"id":"b","name":"y\r2"}`
      ])
      expect(await read('a,x\rb,y\r', '{"header":["id","name"]}')).toEqual([
        '{"id":"a","name":"x"}',
        '{"id":"b","name":"y"}'
      ])
    }
    const many = `id,name\r${'k,v\r'.repeat(40_000)}`
    expect(await csv(many, '{}', 1000)).toHaveLength(40_000)
  })

  it('leave a carriage return within a line alone', async () => {
    expect(await csv('id,name\na,x\r1\nb,y\n')).toEqual([
      String.raw`{"id":"a","name":"x\r1"}`,
      '{"id":"b","name":"y"}'
    ])
  })

  it('may be cut after the last carriage return', async () => {
    for (const last of ['b,y\r', 'b,"y"\r', 'b,"y"', 'b,y\r\n'])
      expect(await csv(`id,name\r\na,x\r\n${last}`)).toEqual([
        '{"id":"a","name":"x"}',
        '{"id":"b","name":"y"}'
      ])
    expect(await readChunk('a.csv', 'id,name\nx\r')).toMatchObject([{ text: 'x' }])
  })
})

describe('a chunk that holds rows', () => {
  it.each([
    ['whose header has an open quote', '"id,name\na,x\nb,y"\n', '{}'],
    ['whose lines end otherwise', 'id,name\na,x\nb,y\n', '{"record_delimiter":"|"}'],
    ['whose lines are all skipped, and more', 'id,name\na,x\n', '{"header":["id","name"],"skip_header":3}']
  ])('and none is read, %s, is refused', async (_, text, option) => {
    await refused(text, option).toThrow(
      /the header takes the whole chunk|fewer lines than format skip_header/
    )
  })

  it('is not one that has a header of several lines and rows', async () => {
    expect(await csv('id,"the\nname"\na,x\n')).toEqual([String.raw`{"id":"a","the\nname":"x"}`])
  })
})

describe('NONE', () => {
  it('is no mark at all, in any case, where CREATE FILE FORMAT knows it', async () => {
    for (const none of ['"none"', '"NONE"', '"None"', 'null']) {
      expect(await csv('id\nhas none inside, really\nNONE\nplain\n', `{"field_delimiter":${none}}`)).toEqual([
        '{"id":"has none inside, really"}',
        '{"id":"NONE"}',
        '{"id":"plain"}'
      ])
      expect(
        await csv(
          'id,b\n"x",\\,\n',
          `{"field_optionally_enclosed_by":${none},"escape_unenclosed_field":${none}}`
        )
      ).toEqual(['the row has 3 columns, the header has 2'])
    }
    expect(() => format('{"record_delimiter":"NONE"}')).toThrow(
      /a chunk that is one row \(NONE\) is not read/
    )
  })
})

describe('marks', () => {
  it.each(['\\u0001', '\\\\001', '0x01', '\\\\x01', '\\\\u0001'])('may be said as %s', async (said) => {
    expect(await csv('id\u0001name\na\u0001x\n', `{"delimiter":"${said}"}`)).toEqual([
      '{"id":"a","name":"x"}'
    ])
  })

  it.each([
    ['\\\\xC2\\\\xA2', '¢'],
    ['0xC2A2', '¢'],
    ['\\\\302\\\\242', '¢'],
    ['\\\\t', '\t'],
    ['\\\\136', '^'],
    ['0x7c7c', '||'],
    ['\\\\\\\\', '\\']
  ])('are bytes of UTF-8: %s', async (said, mark) => {
    expect(
      await csv(`id${mark}name\na${mark}x\n`, `{"delimiter":"${said}","escape_unenclosed":"none"}`)
    ).toEqual(['{"id":"a","name":"x"}'])
  })

  it('that are not UTF-8 are refused', () => {
    expect(() => format('{"delimiter":"\\\\xA7"}')).toThrow(/delimiter is not UTF-8/)
  })
})

describe('skip_header', () => {
  it('counts lines that are no rows; the last of them holds the names, unless they are given', async () => {
    const rows = ['{"id":"a","v":"1"}', '{"id":"b","v":"2"}']
    expect(await csv('id,v\na,1\nb,2\n', '{"skip_header":1}')).toEqual(rows)
    expect(await csv('# made "today\n\nid,v\na,1\nb,2\n', '{"skip_header":3}')).toEqual(rows)
    for (const pieceBytes of [1, 7, 100])
      expect(
        await csv('# made "today\nX,Y\na,1\nb,2\n', '{"header":["id","v"],"skip_header":2}', pieceBytes)
      ).toEqual(rows)
    expect(await csv('a,1\nb,2\n', '{"header":["id","v"],"skip_header":0}')).toEqual(rows)
    expect(await csv('id,v', '{"header":["id","v"],"skip_header":1}')).toEqual([])
  })

  it('of none needs names', () => {
    expect(() => format('{"skip_header":0}')).toThrow(/name the columns by header/)
    expect(() => format('{"skip_header":-1}')).toThrow(/skip_header takes a number of lines/)
  })

  it('is the cure of an index without a name', async () => {
    const index = ',id,v\n0,a,1\n1,b,2\n'
    await refused(index).toThrow(/^column 1 of the header has no name.*'header': \[names\], 'skip_header': 1/)
    expect(await csv(index, '{"header":["index","id","v"],"skip_header":1}')).toEqual([
      '{"index":"0","id":"a","v":"1"}',
      '{"index":"1","id":"b","v":"2"}'
    ])
  })
})

describe('quotes that nobody said are the format’s', () => {
  const plainCopy = 'ID,T\n1,"quoted by the user"\n2,"start only\n3,plain\n4,"a"b\n5,""\n'

  it('are refused where the chunk shows that they are text', async () => {
    await refused(plainCopy).toThrow(/quotes of column T and of rows 1 and 3 contradict.*quote: 'none'/)
    await refused('ID,T\n2,"start only\n4,"a"b\n3,plain\n1,"quoted"\n').toThrow(/contradict each other/)
  })

  it('are read as the option says', async () => {
    expect(await csv(plainCopy, '{"quote":"none"}')).toEqual([
      String.raw`{"ID":"1","T":"\"quoted by the user\""}`,
      String.raw`{"ID":"2","T":"\"start only"}`,
      '{"ID":"3","T":"plain"}',
      String.raw`{"ID":"4","T":"\"a\"b"}`,
      String.raw`{"ID":"5","T":"\"\""}`
    ])
    expect((await csv(plainCopy, '{"quote":"\\""}'))[0]).toBe('{"ID":"1","T":"quoted by the user"}')
  })

  it('are told of where they may be text', async () => {
    const mixed = 'ID,T\n1,"abc"\n2,plain\n'
    expect(await warningsOf(mixed)).toEqual([
      expect.stringMatching(/^warning: column T has cells in quotes and/)
    ])
    expect(await warningsOf('ID,T\n2,plain\n1,"abc"\n3,"def"\n')).toHaveLength(1)
    expect(await warningsOf(mixed, '{"quote":"\\""}')).toEqual([])
    expect(await warningsOf(mixed, '{"quote":"none"}')).toEqual([])
  })

  it.each([
    ['all text is enclosed', 'ID,T\n1,"abc"\n2,"def"\n3,NA\n4,\n5,17\n'],
    ['names are enclosed', '"ID","T"\n1,"abc"\n2,plain\n'],
    ['only what must be is enclosed', 'ID,T\n1,"a,c"\n2,plain\n3,"say ""x"""\n4,"two\nlines"\n5,""\n'],
    ['numbers are enclosed', 'ID,T\n1,"007"\n2,plain\n']
  ])('are the format’s without a word where %s', async (_, text) => {
    expect(await warningsOf(text)).toEqual([])
  })

  it('of one bad row cost that row', async () => {
    expect(await csv('ID,T\n1,"abc"\n2,"open\n3,plain\n4,"def"\n')).toHaveLength(4)
  })
})

describe('backslashes that nobody said escape', () => {
  const paths = String.raw`id,path
1,\\srv\share\x
2,C:\dir\
3,"\\srv\q"
4,plain
`
  it('are refused where some escape and some do not: no path loses one, no line another', async () => {
    await refused(paths).toThrow(/backslashes of unquoted cells contradict.*'none'/)
    await refused('id,path\n1,C:\\dir\n2,C:\\dir\\\n3,x\n').toThrow(/contradict/)
  })

  it('are read as the option says', async () => {
    expect(await csv(paths, '{"escape_unenclosed_field":"none"}')).toEqual([
      String.raw`{"id":"1","path":"\\\\srv\\share\\x"}`,
      String.raw`{"id":"2","path":"C:\\dir\\"}`,
      String.raw`{"id":"3","path":"\\\\srv\\q"}`,
      '{"id":"4","path":"plain"}'
    ])
    expect((await csv(paths, '{"escape_unenclosed_field":"\\\\"}'))[0]).toBe(
      String.raw`{"id":"1","path":"\\srv\\share\\x"}`
    )
  })

  it('are no contradiction beside NULL', async () => {
    expect(await csv('id,path\n1,\\N\n2,a\\\\b\n')).toEqual([
      '{"id":"1","path":null}',
      String.raw`{"id":"2","path":"a\\b"}`
    ])
  })
})
