import stringWidth from 'string-width'

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const plain = /^[ -~]*$/

/** Columns that a text takes on a terminal: two for CJK and emoji, none for marks that stand on others. */
export const widthOf = (text: string): number => (plain.test(text) ? text.length : stringWidth(text))

/** Cuts a text into lines of at most so many columns, between the characters that a reader sees as one. */
export const cutLines = (text: string, most: number): readonly string[] => {
  if (widthOf(text) <= most) return [text]
  const lines: string[] = []
  let [line, width] = ['', 0]
  for (const piece of plain.test(text) ? text : Array.from(graphemes.segment(text), (each) => each.segment)) {
    const wide = widthOf(piece)
    if (width + wide > most && line !== '') {
      lines.push(line)
      ;[line, width] = ['', 0]
    }
    line += piece
    width += wide
  }
  return [...lines, line]
}

/** Fills a text up to so many columns. */
export const padTo = (text: string, width: number, isRight = false): string => {
  const gap = ' '.repeat(Math.max(0, width - widthOf(text)))
  return isRight ? gap + text : text + gap
}
