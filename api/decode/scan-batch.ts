import { closeArray, closeObject, colon, comma, openArray, openObject, quote, zero } from '../json/ascii.ts'
import { JsonSpan } from '../json/json-span.ts'
import { scanJson, skipSpace } from '../json/scan-json.ts'

/** One row of a batch: its arguments in the order of the SQL function, as they came. Its number is its place. */
export type RowArguments = readonly JsonSpan[]

/** How many arguments a route takes. */
export interface ArgumentCounts {
  readonly least: number
  readonly most: number
}

/** What becomes of the rows of a body, one after the other. */
export interface RowReader<Row> {
  /** A row whose arguments were found and are JSON. */
  row(args: RowArguments, rowNumber: number): Row
  /**
   * May read the item of a row whose other arguments are those of the row before, which was no such row itself or was
   * read so, too. Nobody has looked at it yet.
   *
   * @param from where the item begins
   * @returns the index after it; -1 when it is not read, or no JSON
   */
  take(body: Buffer, from: number, rowNumber: number): number
  /** The row whose item was taken last. */
  taken(): Row
}

const dataName = '"data"'

/**
 * Finds the rows of a body that is spelled as Snowflake spells it: one object whose one member is `data`, rows that
 * carry their number. White space may stand anywhere.
 *
 * @returns undefined for every other body: whether it is one at all, and why not, is for the parser to say
 */
export const scanBatch = <Row>(
  body: Buffer,
  counts: ArgumentCounts,
  mostRows: number,
  reader: RowReader<Row>
): Row[] | undefined => {
  const end = body.length
  let at = skipSpace(body, 0, end)
  if (body[at] !== openObject) return undefined
  at = skipSpace(body, at + 1, end)
  if (!startsWith(body, at, dataName)) return undefined
  at = skipSpace(body, at + dataName.length, end)
  if (body[at] !== colon) return undefined
  at = skipSpace(body, at + 1, end)
  if (body[at] !== openArray) return undefined
  at = skipSpace(body, at + 1, end)

  const rows: Row[] = []
  const scanner = new RowScanner(body, counts, reader)
  if (body[at] === closeArray) at += 1
  else
    for (;;) {
      if (rows.length === mostRows) return undefined
      at = scanner.scan(at, rows.length)
      if (at < 0) return undefined
      rows.push(scanner.row as Row)
      at = skipSpace(body, at, end)
      const separator = body[at]
      at += 1
      if (separator === closeArray) break
      if (separator !== comma) return undefined
      at = skipSpace(body, at, end)
    }
  at = skipSpace(body, at, end)
  if (body[at] !== closeObject) return undefined
  return skipSpace(body, at + 1, end) === end ? rows : undefined
}

/** The place of the item among the arguments: the table is before it, options may be after it. */
const itemPlace = 1
/** So many items in a row that were not taken, or in vain, because other arguments followed: the rest is not like them. */
const mostInVain = 8

/** Scans row after row, `[number, argument, …]`. */
class RowScanner<Row> {
  row: Row | undefined
  private readonly body: Buffer
  private readonly counts: ArgumentCounts
  private readonly reader: RowReader<Row>
  /** Arguments of the row at hand, and beyond `count` of the row before. */
  private readonly args: JsonSpan[] = []
  private count = 0
  /** The arguments of the last row that was not taken: rows are taken while theirs are the same, the item aside. */
  private usual: RowArguments = []
  private inVain = 0

  constructor(body: Buffer, counts: ArgumentCounts, reader: RowReader<Row>) {
    this.body = body
    this.counts = counts
    this.reader = reader
  }

  /** @returns the index after the row, or -1 */
  scan(start: number, number: number): number {
    const { body, args, reader } = this
    const end = body.length
    this.count = 0
    if (body[start] !== openArray) return -1
    let at = skipSpace(body, start + 1, end)
    at = afterNumber(body, at, number)
    if (at < 0) return -1
    at = skipSpace(body, at, end)
    let takenFrom = -1
    let takenTo = -1
    while (body[at] === comma) {
      if (this.count === this.counts.most) return -1
      const from = skipSpace(body, at + 1, end)
      at = -1
      if (this.count === itemPlace && args[0] === this.usual[0] && this.inVain < mostInVain) {
        at = reader.take(body, from, number)
        takenFrom = from
        takenTo = at
        this.inVain += 1
      }
      if (at < 0) at = this.argument(from)
      if (at < 0) return -1
      this.count += 1
      at = skipSpace(body, at, end)
    }
    if (body[at] !== closeArray || this.count < this.counts.least) return -1
    if (takenTo >= 0 && this.isUsual()) {
      this.inVain = 0
      this.row = reader.taken()
    } else {
      if (takenTo >= 0) args[itemPlace] = new JsonSpan(body, takenFrom, takenTo)
      this.usual = args.slice(0, this.count)
      this.row = reader.row(this.usual, number)
    }
    return at + 1
  }

  /** Finds an argument. @returns the index after it, or -1 */
  private argument(from: number): number {
    const { body, args } = this
    const before = args[this.count]
    if (before !== undefined && isAgain(body, from, before)) return from + before.length
    const after = scanJson(body, from, body.length)
    if (after >= 0) args[this.count] = new JsonSpan(body, from, after)
    return after
  }

  /** The arguments at hand are those of the last row that was not taken, the item aside. */
  private isUsual(): boolean {
    const { args, usual, count } = this
    return count === usual.length && (count <= itemPlace + 1 || args[itemPlace + 1] === usual[itemPlace + 1])
  }
}

/**
 * Whether the bytes of a value stand there again: rows name the same table and options, as a rule. Only values that end
 * by themselves can be told so, which numbers do not.
 */
const isAgain = (body: Buffer, from: number, { start, end }: JsonSpan): boolean => {
  const first = body[from]
  if (first !== quote && first !== openObject && first !== openArray) return false
  let at = from
  for (let n = start; n < end; n += 1, at += 1) if (body[at] !== body[n]) return false
  return true
}

/** @returns the index after the digits of a row's number, or -1 when they are others */
const afterNumber = (body: Buffer, start: number, number: number): number => {
  let at = start
  let value = 0
  for (let byte = body[at] as number; byte >= zero && byte <= 0x39; byte = body[at] as number) {
    value = value * 10 + byte - zero
    at += 1
  }
  const isPlain = at === start + 1 || body[start] !== zero
  return at > start && isPlain && value === number ? at : -1
}

const startsWith = (body: Buffer, at: number, ascii: string): boolean => {
  for (let n = 0; n < ascii.length; n += 1) if (body[at + n] !== ascii.charCodeAt(n)) return false
  return true
}
