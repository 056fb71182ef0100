import type { CallAnswer, Credentials } from './aws-signed-call.ts'
import type { ApiCall, DeployedStack } from './aws-stack.ts'
import { eventually } from './eventually.ts'

export interface RowAnswer {
  readonly status: string
  readonly code?: string
}

/** Snowflake's side of a deployed API: batches of rows as the session that the API's policy names. */
export interface SnowflakeSession {
  readonly credentials: Credentials
  /** One batch; the headers given win over Snowflake's own. */
  post(route: string, body: string | Uint8Array, options?: ApiCall): Promise<CallAnswer>
  /** Asks by GET for the answer of a batch until it is there. */
  poll(route: string, batchId: string, patienceMs?: number): Promise<CallAnswer>
}

export const batchIdHeader = 'sf-external-function-query-batch-id'

export const snowflakeSession = async (stack: DeployedStack): Promise<SnowflakeSession> => {
  const credentials = await stack.assume(stack.outputs.InvokeRoleArn ?? '')
  let batches = 0
  const headersOf = (batchId: string) => ({
    'content-type': 'application/json',
    [batchIdHeader]: batchId,
    'sf-external-function-current-query-id': 'query'
  })
  return {
    credentials,
    post(route, body, options = { credentials }) {
      batches += 1
      const headers = { ...headersOf(`query:1:1:0:${batches}`), ...options.headers }
      return stack.call('POST', route, { ...options, body, headers })
    },
    poll: (route, batchId, patienceMs) =>
      eventually(
        () => stack.call('GET', route, { credentials, headers: headersOf(batchId) }),
        ({ status }) => status !== 202,
        patienceMs
      )
  }
}

/** The body of a batch: rows for one table. */
export const rowsOf = (count: number, prefix: string, table = 'orders'): string =>
  bodyOf(
    Array.from({ length: count }, (_, n) => ({ id: `${prefix}-${n}`, n })),
    table
  )

/** The body of a batch of these items. */
export const bodyOf = (items: readonly object[], table: string, ...options: readonly object[]): string =>
  JSON.stringify({ data: items.map((item, n) => [n, table, item, ...options]) })

/** The values of an answer, in the order of its rows. */
export const valuesOf = <T = RowAnswer>({ status, body }: CallAnswer): T[] => {
  if (status !== 200) throw new Error(`the API answered ${status}: ${body}`)
  return JSON.parse(body.toString()).data.map(([, value]: [number, T]) => value)
}
