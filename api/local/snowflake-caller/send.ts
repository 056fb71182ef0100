/** One HTTP request, ready for the wire: `body` is already compressed as its headers say, absent on a GET. */
export interface CallRequest {
  readonly method: 'POST' | 'GET'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** Aborts when the statement is cancelled. */
  readonly signal: AbortSignal
}

/** One HTTP answer as it came over the wire: header names in lower case, `body` still compressed. */
export interface CallReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>
  readonly body: Uint8Array
}

/** Sends one request and gives its answer, whatever the status. Rejects only when no whole answer came back. */
export type Send = (request: CallRequest) => Promise<CallReply>

/** A reply, or with status `noReply` what kept it away. */
export type Exchanged = CallReply & { readonly cause?: unknown }
