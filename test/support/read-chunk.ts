import { type ChunkFormatOption, chunkFormatOf } from '../../api/decode/chunk-format.ts'
import { type ChunkRow, chunkRows } from '../../api/decode/chunk-rows.ts'
import { JsonCells } from '../../api/json/json-cells.ts'
import { JsonSpan } from '../../api/json/json-span.ts'
import type { JsonValue } from '../../api/json/json-value.ts'
import { toJsonText } from '../../api/json/to-json-text.ts'
import { memorySource } from './memory-source.ts'

export interface ReadOptions {
  readonly format?: ChunkFormatOption
  readonly from?: number
  readonly pieceBytes?: number
}

/** A row whose item is parsed. */
export type ReadRow = Exclude<ChunkRow, { readonly item: unknown }> | { rowNumber: number; item: JsonValue }

const parsed = (row: ChunkRow): ReadRow =>
  'item' in row
    ? {
        ...row,
        item: row.item instanceof JsonSpan || row.item instanceof JsonCells ? row.item.value() : row.item
      }
    : row

/** All rows of a chunk in memory. */
export const readChunk = async (
  name: string,
  bytes: Uint8Array | string,
  { format, from, pieceBytes }: ReadOptions = {}
): Promise<readonly ReadRow[]> => {
  const source = memorySource(typeof bytes === 'string' ? Buffer.from(bytes) : bytes, pieceBytes)
  const rows: ReadRow[] = []
  const options = from === undefined ? {} : { from }
  for await (const page of chunkRows(source, chunkFormatOf(name, format), options))
    rows.push(...page.map(parsed))
  return rows
}

/** Rows as JSON text, digits and all; of an unreadable row its message. */
export const readTexts = async (...chunk: Parameters<typeof readChunk>): Promise<readonly string[]> =>
  (await readChunk(...chunk)).map((row) => ('item' in row ? toJsonText(row.item) : row.unreadable))
