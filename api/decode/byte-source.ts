/** A chunk at rest: an S3 object, a local file. What was read once is what a later call reads: the source sees to it. */
export interface ByteSource {
  readonly byteLength: number
  /**
   * Streams bytes from `start` (default 0) to the end; the reader sets the pace. Reopening after a break and
   * If-Match are the source's business. Its errors reach the reader of the rows unchanged: they may be retried.
   */
  stream(start?: number, signal?: AbortSignal): AsyncIterable<Uint8Array>
  /** Random access for Parquet: the bytes from `start` up to, not including, `end`. */
  slice(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array>
}
