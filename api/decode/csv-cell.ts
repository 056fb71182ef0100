import type { Cell, CsvMarks } from './csv-marks.ts'
import type { CsvSigns } from './csv-signs.ts'

/** A cell and where it ends; where its quoting went wrong; or that more text is needed to tell. */
export type CellScan =
  | { readonly cell: Cell; readonly end: number }
  | { readonly malformed: string; readonly at: number }
  | 'incomplete'

/** @param isLast nothing follows `text` */
export type CellScanner = (text: string, start: number, isLast: boolean) => CellScan

/**
 * A cell without quotes; a quote within it is a character like any other, as in Snowflake.
 *
 * @param signs told which backslashes save what follows them
 */
export const unquotedCell = (marks: CsvMarks, signs?: CsvSigns): CellScanner => {
  const { delimiter, recordEnd, takesReturn, escapeUnquoted: saver } = marks
  const [delimiterCode, recordEndCode] = [delimiter.charCodeAt(0), recordEnd.charCodeAt(0)]
  const escapeCode = saver?.charCodeAt(0)

  return (text, start, isLast) => {
    const limit = isLast ? text.length : text.length - marks.lookAhead
    let mended = ''
    let from = start
    let hasPlain = false
    for (let at = start; ; ) {
      const code = text.charCodeAt(at)
      const ended =
        at >= text.length ||
        (code === delimiterCode && text.startsWith(delimiter, at)) ||
        (code === recordEndCode && text.startsWith(recordEnd, at))
      if (at >= limit && !isLast) return 'incomplete'
      if (ended) {
        const beforeReturn =
          takesReturn && at > from && (code === recordEndCode || at >= text.length) && text[at - 1] === '\r'
        const end = beforeReturn ? at - 1 : at
        const raw = text.slice(start, end)
        if (isNull(raw, marks)) return { cell: null, end: at }
        if (hasPlain || from !== start) signs?.backslashes({ saved: from !== start, plain: hasPlain })
        return { cell: from === start ? raw : mended + text.slice(from, end), end: at }
      }
      const isEscape = code === escapeCode && saver !== undefined && text.startsWith(saver, at)
      const saved = isEscape ? marks.saved(text, at + saver.length) : undefined
      if (saved === undefined || saver === undefined) {
        hasPlain ||= isEscape
        at += 1
      } else {
        mended += text.slice(from, at) + saved
        from = at + saver.length + saved.length
        at = from
      }
    }
  }
}

/** NULL is said by an unquoted cell alone, as it stands: an escaped or quoted marker is text. */
export const isNull = (raw: string, { nullIf, emptyAsNull }: CsvMarks): boolean =>
  (raw === '' && emptyAsNull) || nullIf.includes(raw)

/** A cell in quotes (RFC 4180, 2.5 to 2.7): `start` is at the opening quote, `end` after the closing one. */
export const quotedCell = (marks: CsvMarks, quote: string): CellScanner => {
  const { escapeQuoted: saver } = marks
  const [quoteCode, escapeCode] = [quote.charCodeAt(0), saver?.charCodeAt(0)]

  return (text, start, isLast) => {
    const limit = isLast ? text.length : text.length - marks.lookAhead
    let cell = ''
    let from = start + quote.length
    for (let at = from; ; ) {
      if (at >= limit && !isLast) return 'incomplete'
      if (at >= text.length) return { malformed: 'a quote is not closed', at }
      const code = text.charCodeAt(at)
      if (code === escapeCode && saver !== undefined && text.startsWith(saver, at)) {
        const saved = marks.saved(text, at + saver.length)
        if (saved !== undefined) {
          cell += text.slice(from, at) + saved
          from = at + saver.length + saved.length
        }
        at += saver.length + (saved?.length ?? 0)
      } else if (code === quoteCode && text.startsWith(quote, at)) {
        cell += text.slice(from, at)
        at += quote.length
        if (!text.startsWith(quote, at)) return { cell, end: at }
        from = at
        at += quote.length
      } else at += 1
    }
  }
}
