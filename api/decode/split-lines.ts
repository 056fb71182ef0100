import { carriageReturn, lineFeed } from '../json/ascii.ts'

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])

/** What is handed on of a line that is too long: more than anybody keeps, so that it is seen to be cut off. */
const headBytes = 2048

/** Whole lines, the last one without its line end; or a line that is too long, of which only the beginning is kept. */
export type Lines =
  | { readonly block: Buffer }
  | {
      readonly head: Buffer /** Its place in the text, end exclusive. */
      readonly range: readonly [number, number]
    }

/**
 * Cuts bytes after line feeds, and nowhere else: U+2028 and a lone carriage return are legal inside JSON text, which
 * is why `readline` will not do. A byte order mark at the start is dropped. A line longer than `maxLineBytes` comes
 * apart, in memory that does not grow with it.
 *
 * @returns blocks of whole lines: memory is bounded by the longest line that is kept and by the pieces
 */
export async function* splitLines(bytes: AsyncIterable<Buffer>, maxLineBytes: number): AsyncGenerator<Lines> {
  const open = openLine(maxLineBytes)
  let at = 0
  let isFirst = true
  for await (const sent of bytes) {
    let piece = sent
    if (isFirst) {
      // A piece of one or two bytes may be the beginning of a mark.
      piece = open.bytes === 0 ? sent : Buffer.concat([open.take(), sent])
      at -= piece.length - sent.length
      if (piece.length < byteOrderMark.length) {
        open.add(piece)
        at += piece.length
        continue
      }
      isFirst = false
      if (piece.subarray(0, byteOrderMark.length).equals(byteOrderMark)) {
        piece = piece.subarray(byteOrderMark.length)
        at += byteOrderMark.length
      }
    }
    yield* cut(piece, at, open, maxLineBytes)
    at += piece.length
  }
  if (open.bytes > maxLineBytes) yield open.long(at)
  else if (open.bytes > 0) yield { block: open.take() }
}

/** The lines that end in a piece; its rest stays open. @param at the place of the piece in the text */
function* cut(piece: Buffer, at: number, open: OpenLine, maxLineBytes: number): Generator<Lines> {
  let start = 0
  const last = piece.lastIndexOf(lineFeed)
  if (last >= 0 && open.bytes > 0) {
    const end = piece.indexOf(lineFeed)
    open.add(piece.subarray(0, end))
    yield open.bytes > maxLineBytes ? open.long(at + end) : { block: open.take() }
    start = end + 1
  }
  while (start <= last) {
    const fits = Math.min(last, piece.lastIndexOf(lineFeed, start + maxLineBytes))
    const end = fits < start ? piece.indexOf(lineFeed, start) : fits
    yield fits < start
      ? { head: piece.subarray(start, Math.min(end, start + headBytes)), range: [at + start, at + end] }
      : { block: piece.subarray(start, end) }
    start = end + 1
  }
  if (start < piece.length) open.add(piece.subarray(start))
}

/** The line at hand, whose end has not come yet. */
interface OpenLine {
  readonly bytes: number
  add(piece: Buffer): void
  take(): Buffer
  /** @param end its place in the text */
  long(end: number): Lines
}

const openLine = (maxLineBytes: number): OpenLine => {
  let pieces: Buffer[] = []
  let bytes = 0
  const take = (): Buffer => {
    const [only] = pieces
    const whole = only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces)
    pieces = []
    bytes = 0
    return whole
  }
  return {
    get bytes() {
      return bytes
    },
    add(piece) {
      if (piece.length === 0) return
      if (bytes <= maxLineBytes) pieces.push(piece)
      bytes += piece.length
      // It cannot be read any more: what it has piled up is let go.
      if (bytes > maxLineBytes && pieces.length > 1) {
        const head = Buffer.concat(pieces, Math.min(bytes, headBytes))
        pieces = [head]
      }
    },
    take,
    long(end) {
      const range = [end - bytes, end] as const
      const whole = take()
      return { head: Buffer.from(whole.subarray(0, headBytes)), range }
    }
  }
}

/** Where a line ends whose line feed or block ends at `end`: a carriage return before it belongs to no line. */
export const withoutReturn = (block: Buffer, start: number, end: number): number =>
  end > start && block[end - 1] === carriageReturn ? end - 1 : end
