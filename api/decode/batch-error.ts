/** Why a batch as a whole gets no answer a row: the closed list, with its HTTP status. */
export const batchErrorStatus = {
  /** Cannot be read, or is not the protocol; nothing was written. */
  malformed_batch: 400,
  /** Larger than we take; nothing was written. */
  batch_too_large: 413,
  /** The answer would be larger than Lambda sends. */
  answer_too_large: 400,
  /** Nobody knows the batch that is polled for. */
  unknown_batch: 404,
  /** More than the table can take; nothing was written, Snowflake slows down and sends it again. */
  slow_down: 429,
  /** Safe to send again. */
  out_of_time: 503
} as const

export type BatchErrorCode = keyof typeof batchErrorStatus

/**
 * The whole batch cannot be answered. Rows that can be read but not written are row results instead. The
 * message says what to do next and never holds row contents; Snowflake shows its beginning to the user.
 */
export class BatchError extends Error {
  override readonly name = 'BatchError'
  readonly code: BatchErrorCode

  constructor(code: BatchErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

export const unknownBatch = (): BatchError =>
  new BatchError('unknown_batch', 'No batch with this id is known here. Send it again with POST.')

export const noAnswerNow = (): BatchError =>
  new BatchError('out_of_time', 'The answer of this batch cannot be had now. It is safe to send it again.')
