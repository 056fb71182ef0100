import { connect as connectTcp, type OnReadOpts, type Socket } from 'node:net'
import { abortWatch } from './abort-watch.ts'
import { type Answer, type AnswerReader, answerReader } from './answer-reader.ts'
import { type Target, type TlsShared, tlsSocket } from './tls-socket.ts'
import { Aborted, codeOf, NotSent, Unanswered } from './wire-errors.ts'

/** One kept-alive HTTP/1.1 connection. It carries one request at a time and is not used again after any surprise. */
export interface Connection {
  isOpen(): boolean
  /** Whether the request that it carries has wholly left: its memory is free again. TLS tells of it a turn later. */
  hasSent(): boolean
  /**
   * Sends a whole request and waits for its answer.
   * @throws Unanswered when none came that can be trusted, within the time; Aborted when the signal strikes
   */
  exchange(request: Uint8Array, signal: AbortSignal): Promise<Answer>
  /** Nothing is asked of it for now: it does not keep the process alive. */
  rest(): void
  close(): void
}

export interface ConnectionSettings extends Target {
  readonly isTls: boolean
  readonly connectMs: number
  /** From the request's first byte to the answer's last. */
  readonly answerMs: number
}

/**
 * Opens a connection.
 *
 * @param onEnd called once when the opened connection has ended, for whatever reason
 * @throws NotSent when there is none in time; Aborted when the signal strikes
 */
export const openConnection = (
  settings: ConnectionSettings,
  shared: TlsShared,
  signal: AbortSignal,
  onEnd: () => void
): Promise<Connection> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new Aborted())
    const incoming: Incoming = { take: () => {} }
    const onread = readInto(incoming)
    const { hostname: host, port } = settings
    const socket = settings.isTls ? tlsSocket(settings, shared, onread) : connectTcp({ host, port, onread })
    const settle = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    }
    const give = (error: Error): void => {
      settle()
      socket.destroy()
      reject(error)
    }
    const abort = (): void => give(new Aborted())
    const fail = (error: unknown): void => give(new NotSent(codeOf(error)))
    const timer = setTimeout(() => give(new NotSent('CONNECT_TIMEOUT')), settings.connectMs)
    signal.addEventListener('abort', abort)
    socket.on('error', fail)
    socket.once(settings.isTls ? 'secureConnect' : 'connect', () => {
      settle()
      socket.off('error', fail)
      socket.setNoDelay(true)
      socket.setKeepAlive(true, 1_000)
      resolve(connectionOf(socket, incoming, settings.answerMs, onEnd))
    })
  })

/** Who gets the bytes that arrive; they are valid during the call alone. */
interface Incoming {
  take(bytes: Buffer): void
}

const readBytes = 32 * 1024

/** One buffer for all that a connection reads: Node would allocate 64 KB for each piece. */
const readInto = (incoming: Incoming): OnReadOpts => {
  const buffer = Buffer.allocUnsafeSlow(readBytes)
  return {
    buffer,
    callback(count) {
      incoming.take(buffer.subarray(0, count))
      return true
    }
  }
}

interface Waiting {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Error) => void
  readonly reader: AnswerReader
  readonly signal: AbortSignal
}

const aborts = abortWatch()

const connectionOf = (
  socket: Socket,
  incoming: Incoming,
  answerMs: number,
  onEnd: () => void
): Connection => {
  let waiting: Waiting | undefined
  let isOpen = true

  /** Nobody waits any more. @returns who did */
  const settle = (): Waiting | undefined => {
    const settled = waiting
    waiting = undefined
    if (settled) aborts.leave(settled.signal, abort)
    return settled
  }
  const end = (error: Error): void => {
    if (!isOpen) return
    isOpen = false
    clearTimeout(timer)
    socket.destroy()
    const failed = settle()
    onEnd()
    failed?.reject(error)
  }
  const abort = (): void => end(new Aborted())
  // One timer for all calls, put off by each: at rest there is nobody whom it could end.
  const timer = setTimeout(() => waiting && end(new Unanswered('no answer in time')), answerMs)
  socket.on('error', (error) => end(new Unanswered(codeOf(error))))
  for (const event of ['end', 'close']) socket.on(event, () => end(new Unanswered('ECONNRESET')))
  const give = ({ resolve }: Waiting, answer: Answer): void => {
    // An answer to a request that has not wholly left is the last that is taken from it.
    if (answer.isLast || socket.writableLength > 0) end(new Unanswered('closed'))
    resolve(answer)
  }
  incoming.take = (bytes) => {
    const current = waiting
    if (current === undefined) return end(new Unanswered('an answer that nobody asked for'))
    try {
      const answer = current.reader.take(bytes)
      if (!answer) return
      settle()
      // TLS tells a turn later that a request has left; a new connection for each such answer costs a handshake.
      if (socket.writableLength > 0) setImmediate(give, current, answer)
      else give(current, answer)
    } catch (error) {
      end(error instanceof Error ? error : new Unanswered('Error'))
    }
  }

  return {
    isOpen: () => isOpen,
    hasSent: () => socket.writableLength === 0,
    exchange(request, signal) {
      if (signal.aborted) return Promise.reject(new Aborted())
      if (!isOpen) return Promise.reject(new NotSent('ECONNRESET'))
      socket.ref()
      timer.ref().refresh()
      aborts.enter(signal, abort)
      return new Promise<Answer>((resolve, reject) => {
        waiting = { resolve, reject, reader: answerReader(), signal }
        socket.write(request)
      })
    },
    rest() {
      timer.unref()
      socket.unref()
    },
    close: () => end(new Unanswered('closed'))
  }
}
