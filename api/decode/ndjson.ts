import { isUtf8 } from 'node:buffer'
import { JsonSpan } from '../json/json-span.ts'
import { JsonTextError, parseJson } from '../json/json-text.ts'
import { maxRowTextBytes } from '../json/long-text.ts'
import { scanJson, skipSpace } from '../json/scan-json.ts'
import { type ChunkRow, longRow, rowsPerPage } from './chunk-row.ts'
import { keptText } from './kept-text.ts'
import { splitLines, withoutReturn } from './split-lines.ts'

const lineFeed = 0x0a

/**
 * Rows of newline-delimited JSON: one value a line, still bytes, checked to be JSON. Blank lines are not rows and are
 * not counted. A line that is not JSON is an unreadable row; a value that is no object is a row, which the plan rejects.
 *
 * @param from rows below this number are counted and not looked at
 * @param maxLineBytes a longer line is rejected unread
 */
export async function* ndjsonRows(
  bytes: AsyncIterable<Buffer>,
  from: number,
  maxLineBytes: number = maxRowTextBytes
): AsyncGenerator<readonly ChunkRow[]> {
  let rowNumber = -1
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
        page.push(
          isText ? toRow(rowNumber, block, at, textEnd) : badRow(rowNumber, block.subarray(at, textEnd))
        )
      }
      at = end + 1
      if (page.length < rowsPerPage) continue
      yield page
      page = []
    }
    // An empty one, too: whoever reads on through blank lines is told that time goes by.
    yield page
  }
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
    : badRow(rowNumber, block.subarray(start, end))
}

const badRow = (rowNumber: number, line: Buffer): ChunkRow => {
  if (!isUtf8(line)) return unreadable(rowNumber, 'the line is not UTF-8', line)
  try {
    return { rowNumber, item: parseJson(line.toString('utf8')) }
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
