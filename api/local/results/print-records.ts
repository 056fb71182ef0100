import type { CellLines } from './cells.ts'
import { cutLines, padTo, widthOf } from './width.ts'

/** A result that is too wide for a table: one block a row, a line a column. */
export const printRecords = (
  names: readonly string[],
  cells: readonly (readonly CellLines[])[],
  width: number
): readonly string[] => {
  const heading = Math.min(Math.max(...names.map(widthOf)), Math.max(1, Math.floor(width / 2)))
  const most = Math.max(1, width - heading - 3)
  return cells.flatMap((row, n) => {
    const title = `-[ RECORD ${n + 1} ]`
    const lines = row.flatMap((cell, at) => {
      const heads = cutLines(names[at] ?? '', heading)
      const texts = cell.flatMap((text) => cutLines(text, most))
      const height = Math.max(heads.length, texts.length)
      return Array.from({ length: height }, (_, line) =>
        `${padTo(heads[line] ?? '', heading)} | ${texts[line] ?? ''}`.trimEnd()
      )
    })
    return [title.padEnd(Math.min(width, heading + 30), '-'), ...lines]
  })
}
