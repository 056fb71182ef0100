import { queueMessage } from '../decode/queue-message.ts'
import type { ChunkRecord } from '../ledger/chunk-record.ts'

/** The message that has a worker visit a chunk. */
export const chunkMessage = ({
  run,
  chunk,
  generation
}: Pick<ChunkRecord, 'run' | 'chunk' | 'generation'>): string =>
  queueMessage({ kind: 'chunk', run, chunk, generation })
