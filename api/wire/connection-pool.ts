import type { Answer } from './answer-reader.ts'
import { type Connection, type ConnectionSettings, openConnection } from './connection.ts'
import { loopWatch } from './loop-watch.ts'
import { type RequestBuffer, requestBuffer } from './request-buffer.ts'
import type { TlsShared } from './tls-socket.ts'
import { turns } from './turns.ts'
import { Aborted, NotSent } from './wire-errors.ts'

export interface PoolSettings extends ConnectionSettings {
  readonly mostConnections: number
  /** An idle connection is used again for so long, unless the server says less. */
  readonly idleMs: number
}

/** What a call that waited is given: a free connection, or the place for one of its own. */
type Turn = Connection | 'place'

/**
 * Kept-alive connections to one host and port. Few calls open one at once; more are opened while calls wait and the
 * process has time, as many at a time as there are: a handshake of TLS takes some 2 ms of CPU, a whole call 0.2.
 */
export interface ConnectionPool {
  /**
   * Sends a request on a free connection, or a new one; waits for one when there are as many as may be.
   *
   * @param make writes the request into memory that is used again for the next, at the moment it leaves
   * @throws NotSent, Unanswered or Aborted
   */
  send(make: (buffer: RequestBuffer) => Uint8Array, signal: AbortSignal): Promise<Answer>
  /** Ends every connection for good: calls in flight are Unanswered, later ones NotSent. */
  close(): void
}

/** Calls that wait for a connection; more than the paces of many batches ever send at once. */
const mostWaiting = 4_096
/** Opened without waiting. */
const openedAtOnce = 4
/** A call that waits longer than a connection takes to open is worth one: within these bounds. */
const [leastWaitMs, mostWaitMs] = [2, 10]
/** A busier process would only let more answers wait for itself. */
const mostBusy = 0.9
/** So many looks on end without any answer: it is the connections that hang, however busy the process is. */
const mostInVain = 20
/** A server that closes an idle connection says so by a packet that is under way for a while. */
const marginMs = 1_000

interface Kept {
  readonly connection: Connection
  readonly untilMs: number
}

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one closure over the connections; its functions are short
export const connectionPool = (
  settings: PoolSettings,
  connect = openConnection,
  busyShare = loopWatch()
): ConnectionPool => {
  const tls: TlsShared = {}
  const all = new Set<Connection>()
  const idle: Kept[] = []
  const waiting = turns<Turn>()
  /** Memory of requests that is free: what was used last first, which the processor still has at hand. */
  const buffers: RequestBuffer[] = []
  /** Places that are taken: connections, and those that are being opened. */
  let opened = 0
  let openedInMs = leastWaitMs
  let inVain = 0
  let isClosed = false
  let sweeper: NodeJS.Timeout | undefined
  let grower: NodeJS.Timeout | undefined

  /** The one that was used last, so that those that are too many grow old. */
  const takeIdle = (): Connection | undefined => {
    for (let kept = idle.pop(); kept !== undefined; kept = idle.pop()) {
      if (!kept.connection.isOpen()) continue
      if (Date.now() < kept.untilMs) return kept.connection
      // After a pause of the process (a frozen Lambda) the wall clock has moved on, and the server is likely gone.
      kept.connection.close()
    }
    return undefined
  }

  const sweep = (): void => {
    sweeper = undefined
    const now = Date.now()
    for (const kept of idle.splice(0))
      if (!kept.connection.isOpen()) continue
      else if (now < kept.untilMs) idle.push(kept)
      else kept.connection.close()
    if (idle.length > 0) schedule()
  }
  const schedule = (): void => {
    sweeper ??= setTimeout(sweep, settings.idleMs).unref()
  }

  /** The next call that waits opens a connection. */
  const givePlace = (): void => {
    if (waiting.give('place')) opened += 1
  }
  const free = (): void => {
    opened -= 1
    givePlace()
  }

  /** After answers that are there were read: a call that still waits then waits for the server. */
  const grow = (): void => {
    grower = undefined
    inVain += 1
    if (busyShare() <= mostBusy || all.size === 0 || inVain > mostInVain)
      for (let n = Math.max(openedAtOnce, all.size); n > 0 && opened < settings.mostConnections; n -= 1)
        givePlace()
    if (waiting.length > 0) growLater()
    else inVain = 0
  }
  const growLater = (): void => {
    if (opened >= settings.mostConnections) return
    grower ??= setTimeout(setImmediate, Math.min(mostWaitMs, Math.max(leastWaitMs, openedInMs)), grow)
  }

  /** In a place that is taken already. */
  const open = async (signal: AbortSignal): Promise<Connection> => {
    const sinceMs = performance.now()
    try {
      if (isClosed) throw new NotSent('CLOSED')
      const made: Connection = await connect(settings, tls, signal, () => {
        all.delete(made)
        free()
      })
      openedInMs = performance.now() - sinceMs
      all.add(made)
      if (isClosed) made.close()
      return made
    } catch (error) {
      free()
      throw error
    }
  }

  const acquire = async (signal: AbortSignal): Promise<Connection> => {
    if (opened < Math.min(openedAtOnce, settings.mostConnections)) {
      opened += 1
      return open(signal)
    }
    for (;;) {
      if (waiting.length >= mostWaiting) throw new NotSent('NO_FREE_CONNECTION')
      growLater()
      const given = await waiting.wait(signal)
      if (given === 'place') return open(signal)
      if (given.isOpen()) return given
    }
  }

  const release = (connection: Connection, keepAliveMs: number | undefined): void => {
    inVain = 0
    if (!connection.isOpen()) return
    if (waiting.give(connection)) return
    connection.rest()
    const idleMs = Math.min(settings.idleMs, (keepAliveMs ?? Number.POSITIVE_INFINITY) - marginMs)
    idle.push({ connection, untilMs: Date.now() + idleMs })
    schedule()
  }

  return {
    async send(make, signal) {
      if (signal.aborted) throw new Aborted()
      if (isClosed) throw new NotSent('CLOSED')
      const connection = takeIdle() ?? (await acquire(signal))
      const buffer = buffers.pop() ?? requestBuffer()
      let answer: Answer
      try {
        const answered = connection.exchange(make(buffer), signal)
        const isFree = connection.hasSent()
        if (isFree) buffers.push(buffer)
        answer = await answered
        if (!isFree) buffers.push(buffer)
      } catch (error) {
        // Nothing of a failed call may be taken for the answer of the next one.
        connection.close()
        throw error
      }
      release(connection, answer.keepAliveMs)
      return answer
    },
    close() {
      isClosed = true
      clearTimeout(sweeper)
      clearTimeout(grower)
      sweeper = grower = undefined
      idle.length = 0
      for (const connection of all) connection.close()
    }
  }
}
