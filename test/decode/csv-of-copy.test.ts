import { expect, it } from 'vitest'
import { chunkFormatOption } from '../../api/decode/chunk-format.ts'
import { readChunk } from '../support/read-chunk.ts'
import { json } from '../support/rows.ts'

// Every combination of COPY's options of a CSV file, with values that break readers: what comes back is what was unloaded.

interface CopyFormat {
  readonly field_delimiter: string
  readonly record_delimiter: string
  readonly field_optionally_enclosed_by: string
  readonly escape: string
  readonly escape_unenclosed_field: string
  readonly null_if: string
  readonly empty_field_as_null: boolean
}

const choices = {
  field_delimiter: [',', '\t', '|', '\u0001', '¢', '||'],
  record_delimiter: ['\n', '\r\n', '\u001e', ';\n'],
  field_optionally_enclosed_by: ['NONE', '"', "'"],
  escape: ['NONE', '\\', '^'],
  escape_unenclosed_field: ['\\', 'NONE', '~'],
  null_if: ['\\N', 'NULL', ''],
  empty_field_as_null: [true, false]
}

const formats = (): CopyFormat[] =>
  Object.entries(choices).reduce<Record<string, unknown>[]>(
    (all, [name, values]) => all.flatMap((each) => values.map((value) => ({ ...each, [name]: value }))),
    [{}]
  ) as unknown as CopyFormat[]

const nasty = [
  ...[
    '',
    ' ',
    ' a ',
    'NULL',
    '\\N',
    'N',
    '\\',
    '\\\\',
    'C:\\dir\\',
    '\\\\srv\\x',
    '"',
    '""',
    '"a"',
    '"a',
    'a"b',
    "'",
    "it's"
  ],
  ...[
    "'a'",
    ',',
    'a,b',
    '\t',
    '|',
    '||',
    'a|b',
    '\u0001',
    '¢',
    'tĕxt 😀',
    '\u2028',
    '\n',
    '\r',
    '\r\n',
    'a\nb',
    'a\r\nb',
    '\u001e',
    ';',
    ';\n'
  ],
  ...[
    '^',
    '~',
    '^^',
    '~,',
    '\\,',
    '\\"',
    'none',
    'NONE',
    '#',
    '-',
    '=1+1',
    '0',
    '007',
    '1e5',
    'true',
    '{"a":1}',
    '[]',
    '\u0000',
    '\ufeffx'
  ]
]

/** A cell as COPY writes it; undefined where its options cannot say the value. */
const unloaded = (value: string | null, format: CopyFormat): string | undefined => {
  const {
    null_if: nullText,
    field_optionally_enclosed_by: quote,
    escape: escapeSign,
    empty_field_as_null: emptyIsNull
  } = format
  if (value === null) return nullText === '' && !emptyIsNull && quote === 'NONE' ? undefined : nullText
  if (quote !== 'NONE') {
    const saved = escapeSign === 'NONE' ? value : value.replaceAll(escapeSign, escapeSign + escapeSign)
    return `${quote}${saved.replaceAll(quote, quote + quote)}${quote}`
  }
  const saver = escapeSign === 'NONE' ? format.escape_unenclosed_field : escapeSign
  const special = [format.field_delimiter, format.record_delimiter, '\n', '\r']
  if (value === nullText || (value === '' && emptyIsNull)) return undefined
  if (saver === 'NONE')
    return special.some((mark) => value.includes(mark) || mark.startsWith(value.slice(-1))) && value !== ''
      ? undefined
      : value
  let text = ''
  for (let at = 0; at < value.length; ) {
    const mark = [saver, ...special].find((each) => value.startsWith(each, at))
    const taken = mark ?? value[at] ?? ''
    text += mark === undefined ? taken : saver + taken
    at += taken.length
  }
  // What remains may still be the beginning of a delimiter, together with what follows.
  return special.some((mark) => mark.length > 1 && mark.startsWith(value.slice(-1)) && value !== '') ||
    text === nullText
    ? undefined
    : text
}

it('comes back from every combination of the options, value by value', async () => {
  let combinations = 0
  let values = 0
  for (const format of formats()) {
    const cells = [null, ...nasty].flatMap((value) => {
      const cell = unloaded(value, format)
      return cell === undefined ? [] : [{ value, cell }]
    })
    const { field_delimiter: delimiter, record_delimiter: end } = format
    const text = ['id', ...cells.map(({ cell }, n) => `${n}${delimiter}${cell}`)]
      .map((record, n) => (n === 0 ? `id${delimiter}v` : record))
      .map((record) => record + end)
      .join('')
    const option = chunkFormatOption.parse(
      json(JSON.stringify({ type: 'csv', ...format, null_if: [format.null_if] }))
    )
    const read = await readChunk('data_0_0_0.csv', text, { format: option })
    const got = read.map((row) => ('item' in row && row.item instanceof Map ? row.item.get('v') : row))

    expect({ format, got }).toEqual({ format, got: cells.map(({ value }) => value) })
    combinations += 1
    values += cells.length
  }
  expect(combinations).toBe(Object.values(choices).reduce((product, { length }) => product * length, 1))
  expect(values).toBeGreaterThan(combinations * 20)
}, 60_000)
