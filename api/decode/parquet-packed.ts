import type { ColumnMetaData, FileMetaData } from 'hyparquet'
import { ChunkError } from './chunk-error.ts'
import type { ParquetFile } from './parquet-file.ts'

type RowGroup = FileMetaData['row_groups'][number]

/** Columns side by side are fetched together up to here. */
const runBytes = 16 * 1024 ** 2
/** A group is kept packed up to here, so that it is fetched once; of a larger one, a run at a time. */
const mostKeptBytes = 192 * 1024 ** 2

/** A row group as it lies in the file. */
export interface PackedGroup {
  readonly rows: number
  readonly columns: readonly ColumnMetaData[]
  /** The pages of column n. */
  bytesOf(n: number): Promise<Uint8Array>
}

interface Run {
  start: number
  end: number
  bytes?: Promise<Uint8Array>
}

/** @throws ChunkError when a column lies outside of the file */
export const packedGroup = (file: ParquetFile, group: RowGroup): PackedGroup => {
  const columns = group.columns.flatMap(({ meta_data }) => (meta_data === undefined ? [] : [meta_data]))
  const places = columns.map((meta) => {
    const start = Number(meta.dictionary_page_offset || meta.data_page_offset)
    const end = start + Number(meta.total_compressed_size)
    if (start < 0 || end < start || end > file.byteLength)
      throw new ChunkError('the chunk is cut off or damaged: unload or upload it again')
    return { start, end }
  })
  const runs: Run[] = []
  for (const { start, end } of places.toSorted((a, b) => a.start - b.start)) {
    const last = runs.at(-1)
    if (last && end - last.start <= runBytes) last.end = Math.max(last.end, end)
    else runs.push({ start, end })
  }
  const isKept = runs.reduce((bytes, { start, end }) => bytes + end - start, 0) <= mostKeptBytes
  let open: Run | undefined
  let isAsked = false
  const fetched = (run: Run): Promise<Uint8Array> => {
    if (!isKept && open !== run) delete open?.bytes
    open = run
    run.bytes ??= file.bytes(run.start, run.end)
    return run.bytes
  }
  return {
    rows: Number(group.num_rows),
    columns,
    async bytesOf(n) {
      const { start, end } = places[n] ?? { start: 0, end: 0 }
      const run = runs.find((each) => each.start <= start && end <= each.end)
      if (run === undefined) return new Uint8Array(0)
      if (isKept && !isAsked) for (const each of runs) fetched(each).catch(() => {})
      isAsked = true
      const bytes = await fetched(run)
      return bytes.subarray(start - run.start, end - run.start)
    }
  }
}
