import { ChunkError } from '../decode/chunk-error.ts'
import type { ChunkFormat } from '../decode/chunk-format.ts'
import type { ChunkRow } from '../decode/chunk-row.ts'
import { decompress } from '../decode/decompress.ts'
import { exportedRow } from '../decode/dynamodb-json.ts'
import { ndjsonRows } from '../decode/ndjson.ts'
import { JsonSpan } from '../json/json-span.ts'
import type { ChunkRecord } from '../ledger/chunk-record.ts'
import { ObjectGone, type ObjectStore, type StoredObject } from '../store/object-store.ts'
import { doneKey, failedKey } from './run-paths.ts'

/** A chunk as it is kept once it has ended: rows that were too long to be set aside lie there alone. */
export interface KeptChunk {
  /**
   * The row that stands in a range of the unpacked chunk by now: the chunk may have been mended where it lies.
   *
   * @returns undefined when no one row stands there that can be read
   */
  rowAt(range: readonly [start: number, end: number]): Promise<ChunkRow | undefined>
  /** Lets go of the object. */
  close(): Promise<void>
}

/** @param format of the chunk; only its lines can be found by their place, since a CSV record needs its header */
export const keptChunk = (
  store: ObjectStore,
  { run, chunk }: Pick<ChunkRecord, 'run' | 'chunk'>,
  format: ChunkFormat,
  signal: AbortSignal | undefined
): KeptChunk => {
  if (format.type !== 'ndjson' && format.type !== 'dynamodb_json')
    return { rowAt: async () => undefined, close: async () => undefined }
  const isExported = format.type === 'dynamodb_json'
  let found: Promise<StoredObject | undefined> | undefined
  let open: ForwardBytes | undefined

  const read = async (range: readonly [number, number]): Promise<ChunkRow | undefined> => {
    found ??= store
      .head(doneKey(run, chunk), signal)
      .then((object) => object ?? store.head(failedKey(run, chunk), signal))
    const object = await found
    if (object === undefined) return undefined
    // The line feeds around it, so that the rest of another line is not taken for the row.
    const [start, end] = [Math.max(0, range[0] - 1), range[1] + 1]
    if (open === undefined || open.at() > start) {
      await open?.close()
      open = forwardBytes(decompress(store.stream(object, 0, signal), format.compression))
    }
    const rows: ChunkRow[] = []
    for await (const page of ndjsonRows(open.between(start, end), 0, { isExported })) {
      rows.push(...page)
      if (rows.length > 1) return undefined
    }
    const [row] = rows
    return rows.length === 1 ? row : undefined
  }
  return {
    async rowAt(range) {
      try {
        const row = await read(range)
        if (row === undefined || !('item' in row) || !(row.item instanceof JsonSpan)) return undefined
        return row.item.isObject() ? (isExported ? exportedRow(row) : row) : undefined
      } catch (error) {
        // It was replaced by something else, or while it was read: what is set aside stays so.
        open = undefined
        if (error instanceof ObjectGone || error instanceof ChunkError) return undefined
        throw error
      }
    },
    close: async () => open?.close()
  }
}

/** Bytes that are read once, in order, as far as they are asked for. */
interface ForwardBytes {
  /** Nothing before can be read any more. */
  at(): number
  /** @param start not before `at()` */
  between(start: number, end: number): AsyncGenerator<Buffer>
  close(): Promise<void>
}

const forwardBytes = (pieces: AsyncGenerator<Buffer>): ForwardBytes => {
  let rest: Buffer = Buffer.alloc(0)
  let at = 0
  return {
    at: () => at,
    async close() {
      await pieces.return(undefined)
    },
    async *between(start, end) {
      while (at < end) {
        if (rest.length === 0) {
          const next = await pieces.next()
          if (next.done) return
          rest = next.value
        }
        const [from, to] = [Math.max(0, start - at), end - at]
        const wanted = rest.subarray(from, to)
        const taken = Math.min(rest.length, to)
        rest = rest.subarray(taken)
        at += taken
        if (wanted.length > 0) yield wanted
      }
    }
  }
}
