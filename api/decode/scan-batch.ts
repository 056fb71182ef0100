import { closeArray, closeObject, colon, comma, openArray, openObject, quote } from '../json/ascii.ts'
import { JsonSpan } from '../json/json-span.ts'
import { scanJson, skipSpace } from '../json/scan-json.ts'

/** One row of a batch: its arguments in the order of the SQL function, as they came. Its number is its place. */
export type RowArguments = readonly JsonSpan[]

/** How many arguments a route takes. */
export interface ArgumentCounts {
  readonly least: number
  readonly most: number
}

const dataName = '"data"'

/**
 * Finds the rows of a body that is spelled as Snowflake spells it: one object whose one member is `data`, rows that
 * carry their number. White space may stand anywhere.
 *
 * @returns undefined for every other body: whether it is one at all, and why not, is for the parser to say
 */
export const scanBatch = (
  body: Buffer,
  counts: ArgumentCounts,
  mostRows: number
): RowArguments[] | undefined => {
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

  const rows: RowArguments[] = []
  const scanner = new RowScanner(body, counts.most)
  if (body[at] === closeArray) at += 1
  else
    for (;;) {
      if (rows.length === mostRows) return undefined
      at = scanner.scan(at, rows.length)
      if (at < 0 || scanner.count < counts.least) return undefined
      rows.push(scanner.taken())
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

/** Scans row after row, `[number, argument, …]`. */
class RowScanner {
  /** Arguments of the row at hand. */
  count = 0
  private readonly body: Buffer
  private readonly most: number
  /** Those of the row at hand, and beyond `count` of the row before. */
  private readonly args: JsonSpan[] = []

  constructor(body: Buffer, most: number) {
    this.body = body
    this.most = most
  }

  /** @returns the index after the row, or -1 */
  scan(start: number, number: number): number {
    const { body, args } = this
    const end = body.length
    this.count = 0
    if (body[start] !== openArray) return -1
    let at = skipSpace(body, start + 1, end)
    const digits = String(number)
    if (!startsWith(body, at, digits)) return -1
    at = skipSpace(body, at + digits.length, end)
    while (body[at] === comma) {
      if (this.count === this.most) return -1
      const from = skipSpace(body, at + 1, end)
      let argument = args[this.count]
      if (argument === undefined || !isAgain(body, from, argument)) {
        const after = scanJson(body, from, end)
        if (after < 0) return -1
        argument = new JsonSpan(body, from, after)
        args[this.count] = argument
        at = after
      } else at = from + argument.length
      this.count += 1
      at = skipSpace(body, at, end)
    }
    return body[at] === closeArray ? at + 1 : -1
  }

  /** The row's arguments, in an array of just that length. */
  taken(): RowArguments {
    return this.args.slice(0, this.count)
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

const startsWith = (body: Buffer, at: number, ascii: string): boolean => {
  for (let n = 0; n < ascii.length; n += 1) if (body[at + n] !== ascii.charCodeAt(n)) return false
  return true
}
