import { JsonSpan } from '../json/json-span.ts'
import { scanJson, skipSpace } from '../json/scan-json.ts'

/** One row of a batch: its arguments in the order of the SQL function, as they came. Its number is its place. */
export type RowArguments = readonly JsonSpan[]

/** How many arguments a route takes. */
export interface ArgumentCounts {
  readonly least: number
  readonly most: number
}

const comma = 0x2c
const openArray = 0x5b
const closeArray = 0x5d

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
  if (body[at] !== 0x7b) return undefined
  at = skipSpace(body, at + 1, end)
  if (!startsWith(body, at, dataName)) return undefined
  at = skipSpace(body, at + dataName.length, end)
  if (body[at] !== 0x3a) return undefined
  at = skipSpace(body, at + 1, end)
  if (body[at] !== openArray) return undefined
  at = skipSpace(body, at + 1, end)

  const rows: RowArguments[] = []
  const row = { args: [] as JsonSpan[] }
  if (body[at] === closeArray) at += 1
  else
    for (;;) {
      if (rows.length === mostRows) return undefined
      row.args = []
      at = scanRow(body, at, rows.length, row)
      if (at < 0 || row.args.length < counts.least || row.args.length > counts.most) return undefined
      rows.push(row.args)
      at = skipSpace(body, at, end)
      const separator = body[at]
      at += 1
      if (separator === closeArray) break
      if (separator !== comma) return undefined
      at = skipSpace(body, at, end)
    }
  at = skipSpace(body, at, end)
  if (body[at] !== 0x7d) return undefined
  return skipSpace(body, at + 1, end) === end ? rows : undefined
}

/** One row, `[number, argument, …]`. @returns the index after it, or -1 */
const scanRow = (body: Buffer, start: number, number: number, row: { readonly args: JsonSpan[] }): number => {
  const end = body.length
  if (body[start] !== openArray) return -1
  let at = skipSpace(body, start + 1, end)
  const digits = String(number)
  if (!startsWith(body, at, digits)) return -1
  at = skipSpace(body, at + digits.length, end)
  while (body[at] === comma) {
    const from = skipSpace(body, at + 1, end)
    const after = scanJson(body, from, end)
    if (after < 0) return -1
    row.args.push(new JsonSpan(body, from, after))
    at = skipSpace(body, after, end)
  }
  return body[at] === closeArray ? at + 1 : -1
}

const startsWith = (body: Buffer, at: number, ascii: string): boolean => {
  for (let n = 0; n < ascii.length; n += 1) if (body[at + n] !== ascii.charCodeAt(n)) return false
  return true
}
