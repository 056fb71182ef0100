import type { StatementResult } from '../worksheet/statement-result.ts'
import { type CellLines, cellsOf } from './cells.ts'
import { printRecords } from './print-records.ts'
import { visible, visibleLines } from './visible.ts'
import { cutLines, padTo, widthOf } from './width.ts'

/** Where a table is shown. */
export interface Screen {
  /** Columns of the terminal; undefined where output is piped. */
  readonly width: number | undefined
  /** Rows that are shown at most. */
  readonly mostRows: number
}

export const anyScreen: Screen = { width: undefined, mostRows: Number.POSITIVE_INFINITY }

/** A wider cell is cut into lines where there is no terminal to fill. */
const usualCell = 80
/** Below this a cut cell is a column of crumbs: records are easier to read. */
const leastCut = 30

const isRightAligned = (type: string): boolean => /^(NUMBER|FLOAT)/.test(type)

/**
 * A result as a plain text table, as Snowflake's command line prints it: headings, cells, the number of rows. A table
 * that is wider than the terminal is cut in its widest column, or shown record by record.
 */
export const printTable = (result: StatementResult, screen: Screen = anyScreen): string => {
  if (result.status !== undefined) return `${visibleLines(result.status)}\n`
  const { columns } = result
  const rows = result.rows.slice(0, screen.mostRows)
  const shown = { columns, rows }
  const whole = screen.width === undefined ? usualCell : Math.max(leastCut, screen.width - 4)
  const cells = cellsOf(shown, whole)
  const names = columns.map(({ name }) => visible(name))
  const widths = names.map((name, at) =>
    Math.max(
      widthOf(name),
      cells.reduce((widest, row) => Math.max(widest, ...(row[at] ?? []).map(widthOf)), 0)
    )
  )
  const limits =
    screen.width === undefined
      ? widths.map((width) => Math.min(width, usualCell))
      : fitted(widths, screen.width)
  const body =
    limits === undefined
      ? printRecords(names, cells, screen.width ?? usualCell)
      : grid({ names, cells, widths: limits, isRight: columns.map(({ type }) => isRightAligned(type)) })
  return `${[...body, footerOf(result.rows.length, rows.length)].join('\n')}\n`
}

const footerOf = (all: number, shown: number): string =>
  shown < all
    ? `${shown.toLocaleString('en')} of ${all.toLocaleString('en')} Row(s) shown: !all shows the whole result, !set rows=all every one from now on.`
    : `${all} Row(s) produced.`

/** The widths that fit a terminal, the widest column cut where that does; undefined where nothing fits. */
const fitted = (widths: readonly number[], most: number): readonly number[] | undefined => {
  const over = widths.reduce((sum, width) => sum + width + 3, 1) - most
  if (over <= 0) return widths
  const widest = Math.max(...widths)
  const at = widths.indexOf(widest)
  const left = widest - over
  if (left < leastCut && widths.length > 1) return undefined
  return widths.with(at, Math.max(1, left))
}

interface Grid {
  readonly names: readonly string[]
  readonly cells: readonly (readonly CellLines[])[]
  readonly widths: readonly number[]
  readonly isRight: readonly boolean[]
}

const grid = ({ names, cells, widths, isRight }: Grid): readonly string[] => {
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+`
  const line = (texts: readonly string[], right: readonly boolean[]): string =>
    `| ${texts.map((text, at) => padTo(text, widths[at] ?? 0, right[at])).join(' | ')} |`
  const rowsOf = (row: readonly CellLines[], right: readonly boolean[]): readonly string[] => {
    const cut = row.map((lines, at) => lines.flatMap((text) => cutLines(text, widths[at] ?? 1)))
    const height = Math.max(1, ...cut.map((lines) => lines.length))
    return Array.from({ length: height }, (_, at) =>
      line(
        cut.map((lines) => lines[at] ?? ''),
        right
      )
    )
  }
  const headings = rowsOf(
    names.map((name) => [name]),
    []
  )
  return [rule, ...headings, rule, ...cells.flatMap((row) => rowsOf(row, isRight)), rule]
}
