import type { Answer } from './answer-reader.ts'
import { type Connection, type ConnectionSettings, openConnection, type TlsSession } from './connection.ts'
import { type RequestBuffer, requestBuffer } from './request-buffer.ts'
import { Aborted, NotSent } from './wire-errors.ts'

export interface PoolSettings extends ConnectionSettings {
  readonly mostConnections: number
  /** An idle connection is used again for so long, unless the server says less. */
  readonly idleMs: number
}

/** Kept-alive connections to one host and port. */
export interface ConnectionPool {
  /**
   * Sends a request on a free connection, or a new one; waits for one when there are as many as may be.
   *
   * @param make writes the request into memory that is used again for the next, at the moment it leaves
   * @throws NotSent, Unanswered or Aborted
   */
  send(make: (buffer: RequestBuffer) => Uint8Array, signal: AbortSignal): Promise<Answer>
  /** Ends every connection; calls in flight are Unanswered. */
  close(): void
}

/** Calls that wait for a connection; more than the paces of many batches ever send at once. */
const mostWaiting = 4_096
/** A server that closes an idle connection says so by a packet that is under way for a while. */
const marginMs = 1_000

interface Kept {
  readonly connection: Connection
  readonly untilMs: number
}

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one closure over the connections; its functions are short
export const connectionPool = (settings: PoolSettings, connect = openConnection): ConnectionPool => {
  const session: TlsSession = {}
  const all = new Set<Connection>()
  const idle: Kept[] = []
  const waiting: Array<() => void> = []
  /** Memory of requests that is free: what was used last first, which the processor still has at hand. */
  const buffers: RequestBuffer[] = []
  let opened = 0
  let sweeper: NodeJS.Timeout | undefined

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

  const free = (): void => {
    opened -= 1
    waiting.shift()?.()
  }

  const open = async (signal: AbortSignal): Promise<Connection> => {
    opened += 1
    try {
      const made: Connection = await connect(settings, session, signal, () => {
        all.delete(made)
        free()
      })
      all.add(made)
      return made
    } catch (error) {
      free()
      throw error
    }
  }

  const turn = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        signal.removeEventListener('abort', abort)
        resolve()
      }
      const abort = (): void => {
        waiting.splice(waiting.indexOf(leave), 1)
        reject(new Aborted())
      }
      waiting.push(leave)
      signal.addEventListener('abort', abort, { once: true })
    })

  const acquire = async (signal: AbortSignal): Promise<Connection> => {
    for (;;) {
      const kept = takeIdle()
      if (kept) return kept
      if (opened < settings.mostConnections) return open(signal)
      if (waiting.length >= mostWaiting) throw new NotSent('NO_FREE_CONNECTION')
      await turn(signal)
    }
  }

  const release = (connection: Connection, keepAliveMs: number | undefined): void => {
    if (!connection.isOpen()) return
    connection.rest()
    const idleMs = Math.min(settings.idleMs, (keepAliveMs ?? Number.POSITIVE_INFINITY) - marginMs)
    idle.push({ connection, untilMs: Date.now() + idleMs })
    schedule()
    waiting.shift()?.()
  }

  return {
    async send(make, signal) {
      if (signal.aborted) throw new Aborted()
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
      clearTimeout(sweeper)
      sweeper = undefined
      idle.length = 0
      for (const connection of all) connection.close()
    }
  }
}
