import { isUtf8 } from 'node:buffer'
import { lineFeed } from '../json/ascii.ts'
import { JsonSpan, toSpan } from '../json/json-span.ts'
import { JsonTextError, parseJson } from '../json/json-text.ts'
import { maxRowTextBytes } from '../json/long-text.ts'
import { scanJson, skipSpace } from '../json/scan-json.ts'
import { type ChunkRow, longRow, rowsPerPage } from './chunk-row.ts'
import { isExported as isExportedLine } from './dynamodb-json.ts'
import { keptText } from './kept-text.ts'
import { refuseOneDocument } from './one-document.ts'
import { splitLines, withoutReturn } from './split-lines.ts'

/**
 * Rows of newline-delimited JSON: one value a line, still bytes, checked to be JSON. Blank lines are not rows and are
 * not counted. A line that is not JSON is an unreadable row; a value that is no object is a row, which the plan rejects.
 *
 * @param from rows below this number are counted and not looked at
 * @throws ChunkError when the chunk is one JSON document, and not NDJSON
 */
export async function* ndjsonRows(
  bytes: AsyncIterable<Buffer>,
  from: number,
  { maxLineBytes = maxRowTextBytes, isExported = false }: NdjsonTerms = {}
): AsyncGenerator<readonly ChunkRow[]> {
  let rowNumber = -1
  let first: ChunkRow | undefined
  for await (const lines of splitLines(bytes, maxLineBytes)) {
    let page: ChunkRow[] = []
    if ('head' in lines) {
      rowNumber += 1
      if (rowNumber >= from) yield [longRow(rowNumber, lines.range, lines.head)]
      continue
    }
    const { block } = lines
    const isText = isUtf8(block)
    for (let at = nextLine(block, 0); at < block.length; at = nextLine(block, at)) {
      const found = block.indexOf(lineFeed, at)
      const end = found < 0 ? block.length : found
      rowNumber += 1
      if (rowNumber >= from) {
        const textEnd = withoutReturn(block, at, end)
        const isRow = isText || isUtf8(block.subarray(at, textEnd))
        const row = isRow
          ? toRow(rowNumber, block, at, textEnd)
          : unreadable(rowNumber, 'the line is not UTF-8', block.subarray(at, textEnd))
        if (rowNumber === 0) first = row
        else if (rowNumber === 1 && first) refuseOneDocument(first, row)
        page.push(isExported ? row : unlessExported(row))
      }
      at = end + 1
      if (page.length < rowsPerPage) continue
      yield page
      page = []
    }
    // An empty one, too: whoever reads on through blank lines is told that time goes by.
    yield page
  }
  if (rowNumber === 0 && first) refuseOneDocument(first, undefined)
}

/** How lines are meant. */
export interface NdjsonTerms {
  /** A longer line is rejected unread; by default what no row may exceed. */
  readonly maxLineBytes?: number
  /** They are lines of an export of DynamoDB, which no row is otherwise. */
  readonly isExported?: boolean
}

const itemName = Buffer.from('"Item"')

/** A line of an export of DynamoDB would be a row without a key: its cure is another format. */
const unlessExported = (row: ChunkRow): ChunkRow => {
  if (!('item' in row) || !(row.item instanceof JsonSpan)) return row
  const { bytes, start, end } = row.item
  const name = skipSpace(bytes, start + 1, end)
  if (
    bytes[name + 1] !== itemName[1] ||
    bytes.compare(itemName, 0, itemName.length, name, name + itemName.length) !== 0
  )
    return row
  return isExportedLine(row.item.value())
    ? unreadable(
        row.rowNumber,
        "the line is an item of a DynamoDB export: say format {'type': 'dynamodb_json'}",
        bytes.subarray(start, end)
      )
    : row
}

/** Where the next line begins that is not blank, from the beginning of a line on; the end of the block if none does. */
const nextLine = (block: Buffer, from: number): number => {
  let start = from
  for (let at = from; at < block.length; at += 1) {
    const byte = block[at]
    if (byte === lineFeed) start = at + 1
    else if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return start
  }
  return block.length
}

const toRow = (rowNumber: number, block: Buffer, start: number, end: number): ChunkRow => {
  const after = scanJson(block, start, end)
  return after >= 0 && skipSpace(block, after, end) === end
    ? { rowNumber, item: new JsonSpan(block, start, after) }
    : notJson(rowNumber, block.subarray(start, end))
}

/** What the parser says of a line that is no JSON. */
const notJson = (rowNumber: number, line: Buffer): ChunkRow => {
  try {
    return { rowNumber, item: toSpan(parseJson(line.toString('utf8'))) }
  } catch (error) {
    if (error instanceof JsonTextError)
      return unreadable(rowNumber, `the line is not JSON: ${error.message}`, line)
    throw error
  }
}

const unreadable = (rowNumber: number, problem: string, line: Buffer): ChunkRow => {
  const { text, note } = keptText(line)
  return { rowNumber, unreadable: `${problem}${note}`, text }
}
