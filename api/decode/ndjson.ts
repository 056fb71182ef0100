import { JsonTextError, parseJson } from '../json/json-text.ts'
import type { JsonValue } from '../json/json-value.ts'
import { type ChunkRow, rowsPerPage } from './chunk-row.ts'
import { keptText } from './kept-text.ts'
import { splitLines, type UnreadableLine } from './split-lines.ts'

const blank = /^[ \t\r]*$/

/**
 * Rows of newline-delimited JSON: one value a line, digits kept. Blank lines are not rows and are not counted. A
 * line that is not JSON is an unreadable row; a value that is no object is a row, which the plan rejects.
 *
 * @param from rows below this number are counted and not parsed
 */
export async function* ndjsonRows(
  bytes: AsyncIterable<Buffer>,
  from: number
): AsyncGenerator<readonly ChunkRow[]> {
  let rowNumber = -1
  for await (const lines of splitLines(bytes)) {
    let page: ChunkRow[] = []
    for (const line of lines) {
      if (typeof line === 'string' && blank.test(line)) continue
      rowNumber += 1
      if (rowNumber < from) continue
      page.push(toRow(rowNumber, line))
      if (page.length < rowsPerPage) continue
      yield page
      page = []
    }
    if (page.length > 0) yield page
  }
}

const toRow = (rowNumber: number, line: string | UnreadableLine): ChunkRow => {
  if (typeof line !== 'string') return { rowNumber, ...line }
  let item: JsonValue
  try {
    item = parseJson(line)
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error
    const { text, note } = keptText(Buffer.from(line))
    return { rowNumber, unreadable: `the line is not JSON: ${error.message}${note}`, text }
  }
  return { rowNumber, item }
}
