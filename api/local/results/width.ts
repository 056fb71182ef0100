import { eastAsianWidth } from 'get-east-asian-width'

let segmenter: Intl.Segmenter | undefined
const plain = /^[ -~]*$/

/** Columns that a text takes on a terminal: two for CJK and emoji, none for marks that stand on others. */
export const widthOf = (text: string): number =>
  plain.test(text)
    ? text.length
    : charactersOf(text).reduce((sum, character) => sum + columnsOf(character), 0)

/** What a reader sees as single characters. */
const charactersOf = (text: string): readonly string[] => {
  // Made when it is first needed: it takes 20 ms of a start.
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

/** Marks and joiners that stand alone take no room. */
const noRoom = /^[\p{Mark}\p{Default_Ignorable_Code_Point}]+$/u
/** Shown as a picture: by itself, by a variation selector, as a keycap or as a flag. */
const picture = /\p{Emoji_Presentation}|\p{Regional_Indicator}|\ufe0f|\u20e3/u

const columnsOf = (character: string): number => {
  if (noRoom.test(character)) return 0
  return picture.test(character) ? 2 : eastAsianWidth(character.codePointAt(0) ?? 0)
}

/** Cuts a text into lines of at most so many columns, between the characters that a reader sees as one. */
export const cutLines = (text: string, most: number): readonly string[] => {
  if (widthOf(text) <= most) return [text]
  const lines: string[] = []
  let [line, width] = ['', 0]
  for (const piece of plain.test(text) ? text : charactersOf(text)) {
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
