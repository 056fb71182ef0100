import { isUtf8 } from 'node:buffer'
import { maxRowBytes } from './chunk-row.ts'
import { keptText } from './kept-text.ts'

const lineFeed = 0x0a
const carriageReturn = 0x0d

/** A line that is no text: why, and what is kept of it for the rejected file. */
export interface UnreadableLine {
  readonly unreadable: string
  readonly text: string
}

/**
 * Splits bytes at line feeds, and nowhere else: U+2028 and a lone carriage return are legal inside JSON text, which
 * is why `readline` will not do. A carriage return before the line feed and a byte order mark at the start are
 * dropped. A line that is not UTF-8 or longer than `maxLineBytes` is unreadable; its neighbours are read.
 *
 * @returns the lines of a piece at a time, memory bounded by the longest line and by the pieces
 */
export async function* splitLines(
  bytes: AsyncIterable<Buffer>,
  maxLineBytes: number = maxRowBytes
): AsyncGenerator<readonly (string | UnreadableLine)[]> {
  let open: Buffer[] = []
  let openBytes = 0
  let isFirst = true

  const close = (end: Buffer): Buffer => {
    const whole = open.length === 0 ? end : Buffer.concat([...open, end])
    const lines = isFirst && whole.subarray(0, 3).equals(byteOrderMark) ? whole.subarray(3) : whole
    open = []
    openBytes = 0
    isFirst = false
    return lines
  }

  for await (const piece of bytes) {
    const last = piece.lastIndexOf(lineFeed)
    if (last >= 0) {
      const first = openBytes > maxLineBytes ? piece.indexOf(lineFeed) : -1
      // Of an endless line only the beginning is here, so what precedes its end belongs to nobody.
      if (first >= 0) yield [tooLong(close(Buffer.alloc(0)), maxLineBytes)]
      if (last > first) yield linesOf(close(piece.subarray(first + 1, last)), maxLineBytes)
    }
    const rest = piece.subarray(last + 1)
    if (openBytes <= maxLineBytes && rest.length > 0) open.push(rest)
    openBytes += rest.length
  }
  if (openBytes > maxLineBytes) yield [tooLong(close(Buffer.alloc(0)), maxLineBytes)]
  else if (openBytes > 0) yield linesOf(close(Buffer.alloc(0)), maxLineBytes)
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])

const linesOf = (block: Buffer, maxLineBytes: number): readonly (string | UnreadableLine)[] => {
  if (block.length > maxLineBytes || !isUtf8(block)) return lineByLine(block, maxLineBytes)
  const text = block.toString('utf8')
  const lines = text.split('\n')
  if (!text.includes('\r')) return lines
  return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
}

const lineByLine = (block: Buffer, maxLineBytes: number): readonly (string | UnreadableLine)[] => {
  const lines: (string | UnreadableLine)[] = []
  for (let at = 0; at <= block.length; ) {
    const found = block.indexOf(lineFeed, at)
    const end = found < 0 ? block.length : found
    lines.push(
      lineOf(block.subarray(at, end > at && block[end - 1] === carriageReturn ? end - 1 : end), maxLineBytes)
    )
    at = end + 1
  }
  return lines
}

const lineOf = (line: Buffer, maxLineBytes: number): string | UnreadableLine => {
  if (line.length > maxLineBytes) return tooLong(line, maxLineBytes)
  if (isUtf8(line)) return line.toString('utf8')
  const { text, note } = keptText(line)
  return { unreadable: `the line is not UTF-8${note}`, text }
}

const tooLong = (line: Buffer, maxLineBytes: number): UnreadableLine => {
  const { text, note } = keptText(line)
  return { unreadable: `the line is longer than ${maxLineBytes} bytes${note}`, text }
}
