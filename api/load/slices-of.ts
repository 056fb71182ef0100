import { JsonCells, roughChars } from '../json/json-cells.ts'
import { JsonSpan } from '../json/json-span.ts'
import type { JsonValue } from '../json/json-value.ts'
import type { NumberedRow } from './chunk-rows-of.ts'

/** Rows that are planned and written at once. */
export const maxSliceRows = 1_000
/** Memory of a slice: some four times this, by the time its items are made and sent. */
export const maxSliceBytes = 8 * 1024 * 1024

/** How large a slice may be: one row always. */
export interface SliceLimit {
  readonly rows: number
  /** By the length of its values. */
  readonly bytes: number
}

/**
 * Pages → slices of at most so many rows and bytes, in order. Reads on only when the last slice is done,
 * and empties it then. A page without rows is an empty slice: bytes were read, if no rows were found.
 *
 * @param limit asked anew for each slice: a rate limit makes slices smaller
 */
export async function* slicesOf(
  pages: AsyncIterable<readonly NumberedRow[]>,
  limit: () => SliceLimit
): AsyncGenerator<readonly NumberedRow[]> {
  const slice: NumberedRow[] = []
  let bytes = 0
  let most = limit()
  for await (const page of pages) {
    if (page.length === 0 && slice.length === 0) yield []
    for (let n = 0; n < page.length; n += 1) {
      const row = page[n] as NumberedRow
      slice.push(row)
      bytes += 'item' in row ? bytesOf(row.item) : row.text.length
      if (slice.length < most.rows && bytes < most.bytes) continue
      yield slice
      // Whoever still points to it shall not keep its rows, and what was planned of them, beside those of the next.
      slice.length = 0
      bytes = 0
      most = limit()
    }
  }
  if (slice.length > 0) yield slice
}

/** What a cell takes besides its text: an object, and its text's head. */
const cellBytes = 40

const bytesOf = (item: JsonValue | JsonSpan | JsonCells): number => {
  if (item instanceof JsonCells) return item.length + cellBytes * item.cells.length
  return item instanceof JsonSpan ? item.length : roughChars(item)
}
