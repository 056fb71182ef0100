import { isUtf8 } from 'node:buffer'
import { JsonCells } from '../json/json-cells.ts'
import { ChunkError } from './chunk-error.ts'
import type { ChunkRow } from './chunk-row.ts'
import type { Cell } from './csv-marks.ts'
import { keptText } from './kept-text.ts'

const beyondAscii = /[\x80-\xff]/

/** The columns of a chunk: what makes rows of the cells of a record. Cells and records come as Latin-1 text. */
export interface CsvColumns {
  readonly count: number
  /** @param record the record as it came, without its line end */
  toRow(rowNumber: number, cells: readonly Cell[], record: string): ChunkRow
}

/**
 * @param names from the header record or the option; a name given twice is noted on each row, and the plan rejects it
 * @throws ChunkError when a column has no name
 */
export const csvColumns = (names: readonly string[]): CsvColumns => {
  const nameless = names.indexOf('')
  if (nameless >= 0)
    throw new ChunkError(
      `column ${nameless + 1} of the header has no name, as a data frame's index has none: write it without the index, ` +
        "or name all columns by format {'header': [names], 'skip_header': 1}"
    )

  const columns = { names }
  return {
    count: names.length,
    toRow(rowNumber, cells, record) {
      if (cells.length !== names.length)
        return unreadableRecord(
          rowNumber,
          `the row has ${counted(cells.length)}, the header has ${names.length}`,
          record
        )
      const isPlain = !beyondAscii.test(record)
      if (!isPlain && !isUtf8(Buffer.from(record, 'latin1')))
        return unreadableRecord(rowNumber, 'the row is not UTF-8', record)
      return { rowNumber, item: new JsonCells(columns, cells, !isPlain) }
    }
  }
}

/**
 * The names in a header record.
 *
 * @throws ChunkError when they are not UTF-8
 */
export const headerNames = (cells: readonly Cell[]): readonly string[] =>
  cells.map((cell, n) => {
    const name = cell ?? ''
    if (!isUtf8(Buffer.from(name, 'latin1')))
      throw new ChunkError(`column ${n + 1} of the header is not UTF-8: unload the chunk as UTF-8`)
    return toUtf8(name)
  })

export const unreadableRecord = (rowNumber: number, problem: string, record: string): ChunkRow => {
  const { text, note } = keptText(Buffer.from(record, 'latin1'))
  return { rowNumber, unreadable: `${problem}${note}`, text }
}

const toUtf8 = (cell: string): string =>
  beyondAscii.test(cell) ? Buffer.from(cell, 'latin1').toString('utf8') : cell

const counted = (columns: number): string => (columns === 1 ? '1 column' : `${columns} columns`)
