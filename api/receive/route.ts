import type { TableList } from '../batch/table-list.ts'
import type { BatchHeaders } from '../decode/batch-headers.ts'

/** A batch of Snowflake as it came in. */
export interface Received {
  /** UTF-8, unpacked. */
  readonly body: Buffer
  readonly headers: BatchHeaders
  /** Tables that this call may touch. */
  readonly isAllowed: TableList
  readonly deadline: AbortSignal
}

/** The batch that is polled for, and the function that polls. */
export interface PolledFor extends Pick<BatchHeaders, 'pushTables'> {
  readonly batchId: string
}

/** What the service does on a path. Answers are JSON texts; none means that the batch is accepted: poll. */
export interface RouteHandler {
  /** @throws BatchError when the batch as a whole cannot be answered */
  post(received: Received): Promise<string | undefined>
  /** Where batches are accepted. @throws BatchError `unknown_batch` */
  poll?(asked: PolledFor, deadline: AbortSignal): Promise<string | undefined>
}
