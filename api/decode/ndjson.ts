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
 * No page goes past a multiple of `rowsPerPage`, counted from the first row.
 *
 * @param from rows below this number are counted and not looked at
 * @throws ChunkError when the chunk is one JSON document, and not NDJSON
 */
export async function* ndjsonRows(
  bytes: AsyncIterable<Buffer>,
  from: number,
  { maxLineBytes = maxRowTextBytes, isExported = false, taker }: NdjsonTerms = {}
): AsyncGenerator<readonly ChunkRow[]> {
  let rowNumber = -1
  let first: ChunkRow | undefined
  const reader = new LineReader(taker)
  for await (const lines of splitLines(bytes, maxLineBytes)) {
    let page: ChunkRow[] = []
    if ('head' in lines) {
      rowNumber += 1
      if (rowNumber >= from) yield [longRow(rowNumber, lines.range, lines.head)]
      continue
    }
    const { block } = lines
    let isAnyRow = false
    reader.open(block)
    for (let at = nextLine(block, 0); at < block.length; at = nextLine(block, at)) {
      const found = block.indexOf(lineFeed, at)
      const end = found < 0 ? block.length : found
      rowNumber += 1
      if (rowNumber >= from) {
        const row = reader.row(rowNumber, at, end)
        if (rowNumber === 0) first = row
        else if (rowNumber === 1 && first) refuseOneDocument(first, row)
        page.push(isExported ? row : unlessExported(row))
      }
      at = end + 1
      if (page.length === 0 || (rowNumber + 1 - from) % rowsPerPage !== 0) continue
      yield page
      page = []
      isAnyRow = true
    }
    // A block of blank lines is an empty page: whoever reads on through them is told that time goes by.
    if (page.length > 0 || !isAnyRow) yield page
  }
  if (rowNumber === 0 && first) refuseOneDocument(first, undefined)
}

/** How lines are meant. */
export interface NdjsonTerms {
  /** A longer line is rejected unread; by default what no row may exceed. */
  readonly maxLineBytes?: number
  /** They are lines of an export of DynamoDB, which no row is otherwise. */
  readonly isExported?: boolean
  /** Reads plain rows while their lines are looked at for the first time. */
  readonly taker?: LineTaker | undefined
}

/** Makes something of plain rows in the pass that finds out whether they are JSON. */
export interface LineTaker {
  /**
   * @param from where the value begins, in UTF-8: it need not be JSON, nor end with its line
   * @param end where its line ends
   * @returns the index after it; -1 when it is not taken, or no JSON
   */
  take(block: Buffer, from: number, end: number, rowNumber: number): number
  /** What was made of the row that was taken last. */
  taken(): object
}

/** One line of a block after the other. */
class LineReader {
  private block: Buffer = Buffer.alloc(0)
  private isText = false
  private readonly taker: LineTaker | undefined

  constructor(taker: LineTaker | undefined) {
    this.taker = taker
  }

  open(block: Buffer): void {
    this.block = block
    this.isText = isUtf8(block)
  }

  /** @param start where the line begins, of which something is not blank @param end its line feed, or the block's end */
  row(rowNumber: number, start: number, end: number): ChunkRow {
    const { block, isText, taker } = this
    if (isText && taker) {
      const from = skipSpace(block, start, end)
      const after = taker.take(block, from, end, rowNumber)
      // To the parser a line feed is space like any other, so what was taken may go on beyond the line.
      if (after >= 0 && skipSpace(block, after, end) === end)
        return { rowNumber, item: new JsonSpan(block, from, after), taken: taker.taken() }
    }
    const textEnd = withoutReturn(block, start, end)
    return isText || isUtf8(block.subarray(start, textEnd))
      ? toRow(rowNumber, block, start, textEnd)
      : unreadable(rowNumber, 'the line is not UTF-8', block.subarray(start, textEnd))
  }
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
