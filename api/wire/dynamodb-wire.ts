import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Answer } from './answer-reader.ts'
import type { ConnectionSettings } from './connection.ts'
import { type ConnectionPool, connectionPool } from './connection-pool.ts'
import type { RequestBuffer } from './request-buffer.ts'
import { sdkEndpoint } from './sdk-endpoint.ts'
import { type RequestSigner, requestSigner, type WireEndpoint } from './sign-request.ts'

/** Calls of DynamoDB's JSON API, with the endpoint, credentials and clock of an SDK client. */
export interface DynamodbWire {
  /**
   * One call; whatever DynamoDB answers, errors included, is an answer.
   *
   * @param operation e.g. `BatchWriteItem`
   * @param fill writes the JSON body
   * @throws NotSent, Unanswered, Aborted; what the SDK throws where endpoint or credentials cannot be resolved
   */
  call(
    operation: string,
    table: string,
    fill: (buffer: RequestBuffer) => void,
    signal: AbortSignal
  ): Promise<Answer>
  /** Whether calls on this table can go by the wire; at once where that is known. @throws as `call` */
  takes(table: string): boolean | Promise<boolean>
  close(): void
}

export interface WireSettings {
  /** From the request's first byte to the answer's last. */
  readonly answerMs: number
  readonly tls?: ConnectionSettings['tls']
}

/** A place to send to, with what is kept for it. */
interface Road {
  readonly pool: ConnectionPool
  readonly signer: RequestSigner
}

/** What was asked of the SDK for a table, and its answer once it is there. */
interface Resolved {
  readonly road: Promise<Road | undefined>
  readonly atMs: number
  known?: Road | undefined
}

/** More calls than the pace ever has in flight for one batch. */
const mostConnections = 96
const leastConnectMs = 1_000
/** Below what load balancers and servers use to keep, so that a connection is rarely closed as it is used. */
const idleMs = 20_000
/** What the SDK resolves may change while the process lives (account in the credentials, discovered endpoints). */
const resolvedForMs = 5 * 60_000
const mostTables = 1_000
/** The SDK corrects its clock by such a difference, not by less. */
const mostSkewMs = 5 * 60_000
const skewed =
  /InvalidSignatureException|SignatureDoesNotMatch|RequestTimeTooSkewed|RequestExpired|RequestInTheFuture|AuthFailure/

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one closure over the resolved endpoints; its functions are short
export const dynamodbWire = (client: DynamoDBClient, { answerMs, tls }: WireSettings): DynamodbWire => {
  const roads = new Map<string, Road>()
  const resolved = new Map<string, Resolved>()
  const { config } = client

  const roadTo = (endpoint: WireEndpoint): Road => {
    const { userAgent: _, ...place } = endpoint
    const id = JSON.stringify(place)
    let road = roads.get(id)
    if (road === undefined) {
      const { isTls, hostname, port } = endpoint
      const connectMs = Math.max(leastConnectMs, answerMs / 5)
      const pool = connectionPool({
        isTls,
        hostname,
        port,
        connectMs,
        answerMs,
        idleMs,
        mostConnections,
        tls
      })
      road = { pool, signer: requestSigner(endpoint) }
      roads.set(id, road)
    }
    return road
  }

  const lately = (table: string): Resolved | undefined => {
    const entry = resolved.get(table)
    return entry && performance.now() - entry.atMs < resolvedForMs ? entry : undefined
  }

  /** The road for a table; asked of the SDK once, and again after a while. */
  const roadFor = (table: string): Promise<Road | undefined> => {
    const before = lately(table)
    if (before) return before.road
    if (resolved.size >= mostTables) resolved.clear()
    const road = sdkEndpoint(client, table).then((endpoint) => endpoint && roadTo(endpoint))
    const entry: Resolved = { road, atMs: performance.now() }
    resolved.set(table, entry)
    road.then(
      (known) => {
        entry.known = known
      },
      () => {
        if (resolved.get(table) === entry) resolved.delete(table)
      }
    )
    return road
  }

  /** Sets the client's clock right by the answer's date, as the SDK does. @returns whether it was wrong */
  const correctClock = ({ date }: Answer): boolean => {
    const serverMs = Date.parse(date ?? '')
    if (!(Math.abs(Date.now() + config.systemClockOffset - serverMs) >= mostSkewMs)) return false
    config.systemClockOffset = serverMs - Date.now()
    return true
  }

  return {
    takes: (table) => lately(table)?.known !== undefined || roadFor(table).then((road) => road !== undefined),
    async call(operation, table, fill, signal) {
      const road = lately(table)?.known ?? (await roadFor(table))
      if (road === undefined) throw new TypeError('the table is not for the wire')
      let signedWith = config.systemClockOffset
      const send = async (): Promise<Answer> => {
        const credentials = await config.credentials()
        return road.pool.send((buffer) => {
          buffer.begin()
          fill(buffer)
          signedWith = config.systemClockOffset
          const nowMs = Date.now() + signedWith
          return buffer.withHead(road.signer.headOf(operation, buffer.body(), credentials, nowMs))
        }, signal)
      }
      const answer = await send()
      // The answer to another call may have set the clock right while this one was under way.
      const isCorrected =
        answer.status !== 200 && (correctClock(answer) || config.systemClockOffset !== signedWith)
      const isSkewed = isCorrected && skewed.test(answer.body.toString('latin1'))
      return isSkewed ? send() : answer
    },
    close() {
      for (const { pool } of roads.values()) pool.close()
    }
  }
}
