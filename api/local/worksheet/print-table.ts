import type { StatementResult } from './statement-result.ts'
import { parseVariant, variantText } from './variant.ts'

const widestCell = 80

const widthOf = (text: string): number => Array.from(text).length

/** JSON on one line, then any cell cut into lines of at most `widestCell` characters. */
const linesOf = (type: string, value: string | null): readonly string[] => {
  const text = value === null ? 'NULL' : type === 'VARIANT' ? variantText(parseVariant(value)) : value
  return text.split('\n').flatMap((line) => {
    const characters = Array.from(line)
    const count = Math.max(1, Math.ceil(characters.length / widestCell))
    return Array.from({ length: count }, (_, at) =>
      characters.slice(at * widestCell, (at + 1) * widestCell).join('')
    )
  })
}

const isRightAligned = (type: string): boolean => /^(NUMBER|FLOAT)/.test(type)

/**
 * A result as a plain text table, as Snowflake's command line prints it: headings, cells, the number of rows. NULL
 * is the word NULL.
 */
export const printTable = (result: StatementResult): string => {
  if (result.status !== undefined) return `${result.status}\n`
  const cells = result.rows.map((row) =>
    result.columns.map((column, at) => linesOf(column.type, row[at] ?? null))
  )
  const widths = result.columns.map((column, at) =>
    cells.reduce((widest, row) => Math.max(widest, ...(row[at] ?? []).map(widthOf)), widthOf(column.name))
  )
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+`
  const line = (texts: readonly string[], right: readonly boolean[]): string => {
    const padded = texts.map((text, at) => {
      const gap = ' '.repeat(Math.max(0, (widths[at] ?? 0) - widthOf(text)))
      return right[at] ? gap + text : text + gap
    })
    return `| ${padded.join(' | ')} |`
  }
  const alignment = result.columns.map((column) => isRightAligned(column.type))
  const left = alignment.map(() => false)
  const body = cells.flatMap((row) => {
    const height = Math.max(1, ...row.map((lines) => lines.length))
    return Array.from({ length: height }, (_, at) =>
      line(
        row.map((lines) => lines[at] ?? ''),
        alignment
      )
    )
  })
  const headings = line(
    result.columns.map((column) => column.name),
    left
  )
  const count = `${result.rows.length} Row(s) produced.`
  return `${[rule, headings, rule, ...body, rule, count].join('\n')}\n`
}
