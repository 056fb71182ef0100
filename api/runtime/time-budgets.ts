/**
 * Who waits how long for whom, in ms, the shortest first. Whoever waits for somebody gives up later than he does:
 * test/runtime/time-budgets.test.ts holds the order.
 */

/** A meter's places are waited for: beyond this back-off alone decides. */
export const meterAnswerMs = 500
/** The ledger takes an answer, or a late claim, while Snowflake waits. */
export const ledgerAnswerMs = 2_000
/** A poll's call to ledger or bucket. */
export const pollCallMs = 3_000
/** Rows wait so long for the claim of their batch. */
export const claimMs = 5_000
/** What is left of a batch is promised a place, and goes into bucket, ledger and queue. */
export const spillMs = 5_000
/** A poll waits so long for a batch whose place is due. */
export const pollWaitMs = 22_000
/** Work on the rows of a batch, unless `PUSH_DEADLINE_MS` says otherwise; the most that it may say. */
export const workMs = 20_000
export const mostWorkMs = 27_000
/** What is kept of the gateway's time for the answer to leave. */
export const answerReserveMs = 2_000
/** API Gateway waits no longer: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
export const gatewayMs = 29_000
/** Beyond the work on a batch: its claim lasts until what is left of it is handed over and its answer stored. */
export const leaseMarginMs = 10_000

/** Work and waiting for a lease go on in rounds of this length; between two of them the lease starts anew. */
export const roundMs = 20_000
/** A worker that says nothing for so long has lost its batch or chunk: somebody else may take it over. */
export const leaseMs = 60_000
/** A fault of ledger or bucket that lasts longer is not a passing one: the message comes again. */
export const passingFaultMs = 60_000

/** What is kept of a visit to checkpoint, release and hand on. */
export const visitReserveMs = 30_000
/** One visit to a spilled batch, for which somebody polls meanwhile; one to a chunk, handed on at its checkpoint. */
export const spillVisitMs = 120_000
export const loadVisitMs = 300_000
/** Beyond a visit: then its message is another worker's. */
export const beyondVisitMs = 30_000

/** Rows that are not written by then are told `unprocessed`, while Snowflake still polls for them. */
export const giveUpMs = 560_000
/** Snowflake polls no longer: https://docs.snowflake.com/en/sql-reference/external-functions-creating-aws-async */
export const snowflakeMs = 600_000
