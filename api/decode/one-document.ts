import { JsonSpan } from '../json/json-span.ts'
import { JsonObject } from '../json/json-value.ts'
import { ChunkError } from './chunk-error.ts'
import type { ChunkRow } from './chunk-row.ts'

/**
 * Refuses a chunk that is JSON and not NDJSON: pretty-printed, or one array of rows. By lines it would be a rejected
 * row a line, which says nothing of what is wrong. A broken first line alone is a bad row like any other.
 *
 * @param second undefined when the chunk has one line only
 * @throws ChunkError
 */
export const refuseOneDocument = (first: ChunkRow, second: ChunkRow | undefined): void => {
  if ('item' in first) {
    if (second !== undefined) return
    const only = first.item instanceof JsonSpan ? first.item.value() : first.item
    if (Array.isArray(only) && only[0] instanceof JsonObject)
      throw new ChunkError(`the chunk is a JSON array, and NDJSON is one object a line: ${cure} -c '.[]'`)
    return
  }
  const text = first.text.trim()
  const isOpen = text === '{' || text === '['
  const goesOn = /^[[{].*[{[,]$/s.test(text) && second !== undefined && !('item' in second)
  if (isOpen || goesOn)
    throw new ChunkError(
      `the chunk is JSON over several lines, and NDJSON is one object a line: ${cure} -c ${text.startsWith('[') ? "'.[]'" : '.'}`
    )
}

const cure = 'write it so, such as by jq'
