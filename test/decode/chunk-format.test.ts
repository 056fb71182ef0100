import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type ChunkFormat, chunkFormatOf, chunkFormatOption } from '../../api/decode/chunk-format.ts'
import { ChunkError } from '../../api/decode/chunk-rows.ts'
import { parseJson } from '../../api/json/json-text.ts'
import { bulkOptionNotes } from '../../api/plan/row-options-schema.ts'

const option = (text: string) => chunkFormatOption.parse(parseJson(text))
const refusal = (text: string) => chunkFormatOption.safeParse(parseJson(text)).error?.issues[0]?.message

/** A chunk of each format by its name, or none where only the option says so: a new format does not compile before it is here. */
const names: Readonly<Record<ChunkFormat['type'], string | undefined>> = {
  ndjson: 'rows.ndjson',
  csv: 'rows.csv',
  parquet: 'rows.parquet',
  dynamodb_json: undefined
}
const sqlReadme = readFileSync(new URL('../../sql/README.md', import.meta.url), 'utf8')

describe('every format', () => {
  it.each(Object.entries(names))(
    '%s: by option and by name, told wherever formats are listed',
    (type, name) => {
      expect(chunkFormatOf('data', option(JSON.stringify({ type }))).type).toBe(type)
      if (name !== undefined) expect(chunkFormatOf(name).type).toBe(type)
      expect(refusal('{"type":"xml"}')).toContain(`'${type}'`)
      expect(bulkOptionNotes.format.values).toContain(`'${type}'`)
      expect(sqlReadme).toMatch(new RegExp(`\\| \`type\` \\|.*\`${type}\``))
    }
  )
})

describe('a chunk whose name says what it is', () => {
  it.each([
    ['unload/run-1/data_0_0_0.json.gz', { type: 'ndjson', compression: 'gzip' }],
    ['rows.NDJSON', { type: 'ndjson', compression: 'auto' }],
    ['rows.jsonl.zst', { type: 'ndjson', compression: 'zstd' }],
    ['data_01b2-3c_0_0_0.snappy.parquet', { type: 'parquet' }],
    ['df.parquet.gzip', { type: 'parquet' }],
    ['data_0_0_0.csv.gz', { type: 'csv', compression: 'gzip' }]
  ])('is read by its name: %s', (name, format) => {
    expect(chunkFormatOf(name)).toMatchObject(format)
  })

  it('is read as COPY INTO writes CSV by default', () => {
    expect(chunkFormatOf('data.csv')).toMatchObject({
      dialect: {
        header: true,
        delimiter: ',',
        recordDelimiter: undefined,
        quote: '"',
        escapeQuoted: undefined,
        escapeUnquoted: '\\',
        nullIf: ['\\N'],
        emptyAsNull: true
      }
    })
  })

  it('is tab-separated when it ends in .tsv, unless the option says more', () => {
    expect(chunkFormatOf('rows.tsv.gz')).toMatchObject({ dialect: { delimiter: '\t' } })
    expect(chunkFormatOf('rows.tsv.gz', option('{"delimiter":"|"}'))).toMatchObject({
      dialect: { delimiter: '|' }
    })
  })
})

describe('a chunk whose name says nothing we read', () => {
  it.each(['data_0_0_0', 'rows.txt', 'rows.gz'])('is refused with the endings that are read: %s', (name) => {
    expect(() => chunkFormatOf(name)).toThrow(ChunkError)
    expect(() => chunkFormatOf(name)).toThrow(/\.ndjson, \.jsonl, \.json, \.csv, \.tsv, \.parquet/)
  })

  it('is read when the option says its type', () => {
    expect(chunkFormatOf('data_0_0_0', option('{"type":"ndjson"}'))).toEqual({
      type: 'ndjson',
      compression: 'auto'
    })
  })

  it('is refused when it is packed in a way that is not read', () => {
    expect(() => chunkFormatOf('rows.csv.bz2')).toThrow(/COMPRESSION = GZIP/)
    expect(() => chunkFormatOf('rows.csv.snappy')).toThrow(/COMPRESSION = GZIP/)
  })

  it('is refused when CSV members are given and its name says another format', () => {
    expect(() => chunkFormatOf('rows.ndjson', option('{"delimiter":"|"}'))).toThrow(/delimiter is for CSV/)
  })
})

describe('the option format', () => {
  it('takes what a COPY statement says of a CSV file', () => {
    const given = option(
      String.raw`{"type":"csv","delimiter":"\\t","null_if":["NULL",""],"quote":"none","escape":"\\",
        "empty_as_null":false,"record_delimiter":"\\r\\n","compression":"none","header":["ID","NAME"]}`
    )

    expect(chunkFormatOf('data', given)).toEqual({
      type: 'csv',
      compression: 'none',
      dialect: {
        header: ['ID', 'NAME'],
        skipHeader: undefined,
        delimiter: '\t',
        recordDelimiter: '\r\n',
        quote: undefined,
        isQuoteAssumed: false,
        isEscapeAssumed: false,
        escapeQuoted: '\\',
        escapeUnquoted: '\\',
        nullIf: ['NULL', ''],
        emptyAsNull: false
      }
    })
  })

  it('leaves the escape of unquoted cells alone when ESCAPE is none or the quote itself', () => {
    for (const given of ['"none"', 'null', '"\\""'])
      expect(chunkFormatOf('a.csv', option(`{"escape":${given}}`))).toMatchObject({
        dialect: { escapeQuoted: undefined, escapeUnquoted: '\\' }
      })
  })

  it('takes the words of CREATE FILE FORMAT as they stand there, and one text as null_if', () => {
    const given = option(
      String.raw`{"TYPE":"CSV","FIELD_DELIMITER":"|","FIELD_OPTIONALLY_ENCLOSED_BY":"'","NULL_IF":"NULL",
        "ESCAPE_UNENCLOSED_FIELD":"NONE","EMPTY_FIELD_AS_NULL":false,"COMPRESSION":"GZIP"}`
    )
    expect(chunkFormatOf('data', given)).toMatchObject({
      type: 'csv',
      compression: 'gzip',
      dialect: { delimiter: '|', quote: "'", nullIf: ['NULL'], escapeUnquoted: undefined, emptyAsNull: false }
    })
  })

  it('takes no escape at all', () => {
    expect(chunkFormatOf('a.csv', option('{"escape_unenclosed":"none"}'))).toMatchObject({
      dialect: { escapeUnquoted: undefined }
    })
  })

  it.each([
    ['{"delimitr":"|"}', 'option format: unknown member "delimitr"; did you mean delimiter?'],
    ['{"zzzzzzzzz":1}', /^option format: unknown member "zzzzzzzzz"; its members are type, compression,/],
    ['{"type":"xml"}', "option format: type takes 'ndjson', 'csv', 'parquet' or 'dynamodb_json'"],
    ['{"null_if":7}', /^option format: null_if takes a text or a list of texts/],
    ['{"delimiter":"|","field_delimiter":";"}', 'option format: "field_delimiter" is given twice'],
    ['{"quote":"ab"}', "option format: quote takes one character or 'none'"],
    ['{"header":[]}', /^option format: header takes true, or the list/],
    ['{"delimiter":""}', /^option format: delimiter takes 1 to 16 characters, or 'none'/],
    ['{"empty_as_null":"yes"}', 'option format: empty_as_null takes true or false'],
    ['{"type":"parquet","quote":"x"}', "option format: quote is for type 'csv'"],
    ['{"delimiter":"\\""}', 'option format: delimiter, record_delimiter and quote must be different marks'],
    ['{"type":"csv","type":"csv"}', 'option format: "type" is given twice'],
    ['"csv"', "option format takes an object, such as {'type': 'csv', 'delimiter': '|'}"]
  ])('refuses %s and says what it takes', (text, message) => {
    expect(refusal(text)).toEqual(typeof message === 'string' ? message : expect.stringMatching(message))
  })
})
