import type { AsyncBuffer, FileMetaData } from 'hyparquet'
import type { GroupPlan } from './parquet-budget.ts'
import { checkPages } from './parquet-pages.ts'

type RowGroup = FileMetaData['row_groups'][number]

/** A group that is read in several goes is kept packed up to here, so that it is fetched once; a larger one is not. */
const mostKeptBytes = 192 * 1024 ** 2

/**
 * The file as one row group is read from it: the headers of a column's pages are looked at as soon as its bytes are
 * there, and what is read more than once is fetched once.
 *
 * @param nameOf the name of a top-level column in messages
 */
export const packedGroup = (
  file: AsyncBuffer,
  group: RowGroup,
  plan: GroupPlan,
  nameOf: (column: string) => string
): AsyncBuffer => {
  const columns = group.columns.flatMap(({ meta_data }) => {
    if (meta_data === undefined) return []
    const start = Number(meta_data.dictionary_page_offset || meta_data.data_page_offset)
    return [{ meta_data, start, end: start + Number(meta_data.total_compressed_size) }]
  })
  const checked = new Set<number>()
  const slice = async (start: number, end?: number): Promise<ArrayBuffer> => {
    const bytes = await file.slice(start, end)
    const reached = start + bytes.byteLength
    for (const [n, column] of columns.entries()) {
      if (checked.has(n) || column.start < start || column.end > reached) continue
      checked.add(n)
      const view = new DataView(bytes, column.start - start, column.end - column.start)
      const most = Math.max(Number(column.meta_data.num_values), Number(group.num_rows))
      checkPages(view, column.meta_data, most, nameOf(column.meta_data.path_in_schema[0] ?? ''))
    }
    return bytes
  }
  const start = Math.min(...columns.map((column) => column.start))
  const end = Math.max(...columns.map((column) => column.end))
  const isReadOnce = plan.sets.length <= 1 && plan.rows >= Number(group.num_rows)
  if (isReadOnce || end - start > mostKeptBytes) return { byteLength: file.byteLength, slice }
  let kept: Promise<ArrayBuffer> | undefined
  return {
    byteLength: file.byteLength,
    async slice(from, to = file.byteLength) {
      if (from < start || to > end) return slice(from, to)
      kept ??= slice(start, end)
      return (await kept).slice(from - start, to - start)
    }
  }
}
