import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { JsonBytes } from '../../api/json/json-bytes.ts'
import { JsonCells } from '../../api/json/json-cells.ts'
import { JsonSpan } from '../../api/json/json-span.ts'
import type { JsonObject } from '../../api/json/json-value.ts'
import { scanJson } from '../../api/json/scan-json.ts'
import { toJsonText } from '../../api/json/to-json-text.ts'
import { rowPlanner, takenTo, takeRow, wireTerms } from '../../api/plan/plan-any-row.ts'
import type { PlanContext } from '../../api/plan/plan-context.ts'
import { planRow } from '../../api/plan/plan-row.ts'
import type { PlannedWrite } from '../../api/plan/planned-write.ts'
import { type RowOptions, readRowOptions } from '../../api/plan/row-options.ts'
import { Flaw } from '../../api/plan/row-result.ts'
import type { TargetTable } from '../../api/plan/target-table.ts'
import { itemOfWire, keyWire, wireOf } from '../../api/plan/wire.ts'
import { WireWrite } from '../../api/plan/wire-write.ts'
import { context, json, jsonObject, type Sent, tableOf } from './rows.ts'

/** A row as it is sent, and how it is meant. */
export interface SentRow {
  readonly text: string
  readonly options: RowOptions
  readonly table: TargetTable
}

const space = fc.string({ unit: fc.constantFrom(' ', '\t', '\r', '\n'), maxLength: 2 })
const escaped = fc.constantFrom(
  ...['\\"', '\\\\', '\\/', '\\b', '\\f', '\\n', '\\r', '\\t', '\\u0000', '\\u001F', '\\u000a', '\\u0022'],
  ...['\\u005C', '\\u002f', '\\u007f', '\\u0041', '\\u00e9', '\\u2028', '\\uD83D\\uDE00', '\\u20ac']
)
const half = fc.constantFrom('\\ud83d', '\\uDE00\\uD83D', '\\uD83Dx')
/** The inside of a JSON string: most characters as they are, some as escapes. */
const inside = (mostPieces: number, escapes: number) =>
  fc
    .array(
      fc.oneof(
        {
          weight: 12,
          arbitrary: fc
            .string({ unit: 'grapheme', maxLength: 6 })
            .map((text) => JSON.stringify(text).slice(1, -1))
        },
        {
          weight: escapes,
          arbitrary: fc.oneof({ weight: 30, arbitrary: escaped }, { weight: 1, arbitrary: half })
        }
      ),
      { maxLength: mostPieces }
    )
    .map((pieces) => pieces.join(''))
const text = fc.oneof(
  { weight: 20, arbitrary: inside(3, 2) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 500 }).map((length) => 'ü'.repeat(length)) }
)
const digits = (most: number) => fc.stringMatching(new RegExp(`^[0-9]{0,${most}}$`))
const number = fc.oneof(
  { weight: 60, arbitrary: fc.bigInt({ min: -(10n ** 20n), max: 10n ** 38n - 1n }).map(String) },
  {
    weight: 30,
    arbitrary: fc.tuple(fc.integer(), digits(20)).map(([whole, places]) => `${whole}.0${places}`)
  },
  {
    weight: 20,
    arbitrary: fc.constantFrom(
      '0',
      '-0',
      '0.0',
      '100',
      '1e37',
      '1E+125',
      '1e-130',
      '9.99e125',
      '0.0000001',
      '0.00000001'
    )
  },
  fc.constantFrom('1e126', '-1e126', '1e-131'),
  fc.bigInt({ min: -(10n ** 39n), max: 10n ** 39n }).map(String),
  fc
    .tuple(
      fc.constantFrom('', '-'),
      fc.constantFrom('0', '1', '98', '7000'),
      digits(40),
      fc.constantFrom('', '0', '00')
    )
    .map(([sign, whole, places, zeros]) => `${sign}${whole}.5${places}${zeros}`),
  fc
    .tuple(digits(38), fc.constantFrom('', '.', 'e'), digits(3))
    .map(([whole, mark, rest]) => `1${whole}${rest === '' ? '' : mark + rest}`)
)
const word = fc.constantFrom('NaN', 'inf', '-inf', 'Infinity', '-Infinity', 'undefined', 'nan')

const value = (names: fc.Arbitrary<string>) =>
  fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      { weight: 6, arbitrary: text.map((each) => `"${each}"`) },
      { weight: 6, arbitrary: number },
      { weight: 3, arbitrary: fc.constantFrom('true', 'false', 'null') },
      {
        weight: 1,
        arbitrary: fc.oneof({ weight: 40, arbitrary: fc.constant('1') }, { weight: 1, arbitrary: word })
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.integer({ min: 28, max: 34 }), fc.constantFrom('[', '{"a":'))
          .map(([levels, open]) => open.repeat(levels) + '1' + (open === '[' ? ']' : '}').repeat(levels))
      },
      {
        weight: 3,
        arbitrary: fc
          .tuple(space, fc.array(fc.tuple(tie('value'), space, space), { maxLength: 4 }))
          .map(
            ([empty, members]) => `[${empty}${members.map(([each, a, b]) => `${a}${each}${b}`).join(',')}]`
          )
      },
      { weight: 3, arbitrary: objectText(names, tie('value')) }
    )
  })).value

const objectText = (
  names: fc.Arbitrary<string>,
  member: fc.Arbitrary<string>,
  most = 4
): fc.Arbitrary<string> => {
  const members = fc.tuple(names, member, space, space, space, space)
  return fc
    .tuple(
      space,
      fc.oneof(
        { weight: 50, arbitrary: fc.uniqueArray(members, { maxLength: most, selector: ([name]) => name }) },
        { weight: 1, arbitrary: fc.array(members, { maxLength: most }) }
      )
    )
    .map(
      ([empty, members]) =>
        `{${empty}${members.map(([name, each, a, b, c, d]) => `${a}"${name}"${b}:${c}${each}${d}`).join(',')}}`
    )
}

const columns = [
  'ID',
  'V',
  'sort',
  'gsi',
  'bytes',
  'at',
  'USER_NAME',
  'user_name',
  'x',
  'y',
  'expires',
  'src'
]
const column = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...columns) },
  { weight: 2, arbitrary: fc.constantFrom('__proto__', 'constructor', 'é', 'İx', '10', '9', 'a/b') },
  { weight: 1, arbitrary: inside(2, 1) }
)
const member = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom('a', 'b', 'c', 'd', '__proto__', 'toString', '日本') },
  { weight: 1, arbitrary: inside(2, 1) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 9 }).map(String) }
)

const optionSets: readonly Sent[] = [
  {},
  {},
  {},
  { names: 'lower' },
  { names: 'camel', rename: { ID: 'id' } },
  { rename: { x: 'a much longer name than before, to make the item longer', y: 'y"\\\n' } },
  { nulls: 'omit' },
  { nulls: 'remove' },
  { version: 'v' },
  { version: 'v', if: 'present', names: 'lower' },
  { mode: 'delete' },
  { mode: 'delete', version: 'v', names: 'lower' },
  { mode: 'delete', version: 'v', tombstone: { attribute: 'gone', days: 1 } },
  { mode: 'update' },
  { types: { at: 'epoch', bytes: 'B', x: 'S', y: 'N' } },
  { types: { id: 'B', v: 'N' }, version: 'v' },
  { keys: { id: 'K#{x}' } },
  { ttl: { attribute: 'expires', days: 7 }, stamp: 'src' },
  { non_finite: 'omit' },
  { non_finite: 'text', types: { y: 'N' } },
  { skip_unchanged: true, if: { expression: '#a = :b', names: { '#a': 'x' }, values: { ':b': 1 } } }
]
const options = fc.constantFrom(
  ...optionSets.map((set) => {
    const read = readRowOptions(json(set))
    if (read instanceof Flaw) throw new Error(read.message)
    return read
  })
)
const table = fc.constantFrom(
  tableOf(),
  tableOf(),
  tableOf(),
  tableOf(),
  tableOf({ id: 'N' }),
  tableOf(),
  tableOf(),
  tableOf({ id: 'B' }),
  tableOf({ id: 'S', sort: 'N' }),
  tableOf({ id: 'S' }, { gsi: 'S', v: 'N' })
)

/** A row has its key, as a rule, and is well-formed JSON always: what is not is no row. */
export const sentRow: fc.Arbitrary<SentRow> = fc
  .record({
    item: objectText(column, value(member), 8),
    id: fc.option(
      fc.oneof(
        { weight: 28, arbitrary: fc.constantFrom('"k"', '"ключ"', '"aGk="', '"a\\u0041\\/"') },
        { weight: 5, arbitrary: fc.constantFrom('1', '1.0', '-0.5', '10') },
        { weight: 1, arbitrary: value(member) }
      ),
      { freq: 20 }
    ),
    v: fc.option(fc.constantFrom('1', '20', '"a"', 'null', '[]', '"aGk="')),
    options,
    table
  })
  .map(({ item, id, v, ...rest }) => {
    // Of columns that stand there twice on purpose there are some already.
    const extra = [id !== null && `"id": ${id}`, v !== null && `"v" :${v}`].filter((each) => each !== false)
    const body = item.slice(1)
    const separator = extra.length > 0 && body.trim() !== '}' ? ',' : ''
    return { ...rest, text: `{${extra.join(',')}${separator}${body}` }
  })

/** What may have happened to a text: something left out of it, put into it or put in place of it. */
export const damage: fc.Arbitrary<(text: string) => string> = fc
  .tuple(
    fc.nat(400),
    fc.constantFrom(0, 0, 1, 1, 1, 2, 4),
    fc.oneof(
      fc.constantFrom(...'{}[]:,"\\0123456789-+.eEntfu \t\n\0\u007fé'),
      fc.constantFrom(
        '01',
        '1.',
        '.5',
        '1e',
        '1e+',
        '-',
        '--1',
        'nul',
        'truE',
        '\\u12g4',
        '\\x',
        ',,',
        '""',
        ''
      )
    )
  )
  .map(([place, length, put]) => (text) => {
    const at = place % (text.length + 1)
    return text.slice(0, at) + put + text.slice(at + length)
  })

const wireText = ({ buffer, start, end }: ReturnType<typeof wireOf>): string =>
  buffer.toString('utf8', start, end)

/** All that later stages look at. */
const lookedAt = (made: PlannedWrite | Flaw) => {
  if (made instanceof Flaw) return { code: made.code, message: made.message }
  const { key, action, rows, version, condition, skipUnchanged, lookPast, bytes } = made
  return {
    ...{ version, condition, skipUnchanged, lookPast, bytes },
    rows: rows.map(({ rowNumber, done }) => ({ rowNumber, done })),
    key: { text: key.text, attributes: key.attributes, wire: wireText(keyWire(key)) },
    action:
      action.kind === 'put'
        ? { kind: action.kind, item: action.item }
        : action.kind === 'delete'
          ? { kind: action.kind }
          : action,
    wire: itemOfWire(wireOf(made))
  }
}

/** A name that a JavaScript object moves to its front: its place in the printed map differs, and nothing else. */
const movesNames = /"(0|[1-9][0-9]{0,9})"/

/** How the roads differ over one form of a row; undefined when they do not. `isLean`: it took the straight one. */
const compare = (
  { text, options, table }: SentRow,
  item: JsonSpan | JsonCells,
  terms: PlanContext,
  lean = rowPlanner(table, terms)({ rowNumber: 3, item, options })
): { readonly isLean: boolean; readonly difference: unknown } => {
  const object = item.value() as JsonObject
  const general = planRow({ rowNumber: 3, item: object, options, table }, terms)
  const [left, right] = [lookedAt(lean), lookedAt(general)]
  const isSame = isDeepStrictEqual(left, right)
  const isPrinted =
    lean instanceof Flaw ||
    general instanceof Flaw ||
    movesNames.test(text) ||
    wireText(wireOf(lean)) === wireText(wireOf(general))
  return {
    isLean: !(lean instanceof Flaw) && lean instanceof WireWrite,
    difference: isSame && isPrinted ? undefined : { text, form: item.constructor.name, left, right }
  }
}

/** The row as a Parquet chunk holds it: values side by side, some of them bytes. */
const parquetCells = (object: JsonObject): JsonCells =>
  new JsonCells(
    { names: [...object.keys()] },
    [...object.values()].map((each) => (each === 'aGk=' ? new JsonBytes(new Uint8Array([104, 105])) : each)),
    false
  )

/** The row as a CSV chunk holds it: every cell text or NULL, as the bytes of UTF-8. */
const csvCells = (object: JsonObject): JsonCells => {
  const cells = [...object.values()].map((each) => {
    if (each === null) return null
    const cell = typeof each === 'string' ? each.toWellFormed() : toJsonText(each)
    return Buffer.from(cell).toString('latin1')
  })
  return new JsonCells({ names: [...object.keys()] }, cells, true)
}

/** A row that is read where nobody has looked at it before, or undefined, and where it ended. */
const taken = (
  bytes: Buffer,
  start: number,
  { options, table }: Pick<SentRow, 'options' | 'table'>
): { readonly write: WireWrite | undefined; readonly end: number } => {
  const terms = wireTerms(options, table, context)
  return { write: terms && takeRow(bytes, start, 3, terms), end: takenTo() }
}

/**
 * Whether text of any kind is taken for a row, and not for more or less than the JSON that stands there.
 *
 * @returns the text where it is
 */
export const takenWrongly = (text: string, row: SentRow) => {
  const bytes = Buffer.from(text)
  const { write, end } = taken(bytes, 0, row)
  const isRight = write === undefined || end === scanJson(bytes, 0, bytes.length)
  return { isTaken: write !== undefined, difference: isRight ? undefined : { text, end } }
}

/**
 * Compares both roads over a row in all the forms in which rows come: JSON that was looked at and JSON that was not,
 * cells of Parquet, cells of CSV.
 */
export const compareRoads = (row: SentRow) => {
  const bytes = Buffer.from(`[${row.text}]`)
  const span = new JsonSpan(bytes, 1, scanJson(bytes, 1, bytes.length))
  const object = jsonObject(row.text)
  const { write, end } = taken(bytes, 1, row)
  const isWhole = write === undefined || end === span.end
  const forms = [
    compare(row, span, context),
    isWhole ? compare(row, span, context, write) : { isLean: true, difference: { text: row.text, end } },
    compare(row, parquetCells(object), context),
    compare(row, csvCells(object), { ...context, isUntyped: true, binaryFormat: 'base64' })
  ]
  return {
    lean: forms.filter(({ isLean }) => isLean).length,
    difference: forms.find(({ difference }) => difference !== undefined)?.difference
  }
}
