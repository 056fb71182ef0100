/**
 * The chunk as a whole cannot be read: not what its name says, cut off, corrupt, without a header. The message says
 * what to do and holds no contents. Single rows that cannot be read are ChunkRows instead.
 */
export class ChunkError extends Error {
  override readonly name = 'ChunkError'
  readonly code = 'unreadable_chunk'
}
