/**
 * A span of DynamoDB's JSON in UTF-8, e.g. `{"id":{"S":"x"}}`: bytes from `start` up to, not including, `end`. The
 * buffer is shared by the rows of a batch and never written to once the span is handed out.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
 */
export interface Wire {
  readonly buffer: Buffer
  readonly start: number
  readonly end: number
}
