import { isIP, type OnReadOpts, type Socket } from 'node:net'
import { type ConnectionOptions, connect, createSecureContext, type SecureContext } from 'node:tls'

/** Where a connection goes. */
export interface Target {
  readonly hostname: string
  readonly port: number
  /** Certificates to trust, for one; defaults are Node's. */
  readonly tls?: Pick<ConnectionOptions, 'ca'> | undefined
}

/** What connections through TLS share: a handshake with both of them takes half the CPU. */
export interface TlsShared {
  /** Certificates to trust and the like: Node would make them anew for each connection. */
  context?: SecureContext
  /** That of the last connection, which the next one resumes. */
  session?: Buffer
}

/** Begins a connection through TLS that speaks HTTP/1.1. */
export const tlsSocket = ({ hostname, port, tls }: Target, shared: TlsShared, onread: OnReadOpts): Socket => {
  shared.context ??= createSecureContext(tls)
  const socket = connect({
    secureContext: shared.context,
    // Node takes it, its types do not know it: https://github.com/nodejs/node/pull/35753
    ...({ onread } as object),
    host: hostname,
    port,
    ALPNProtocols: ['http/1.1'],
    ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
    ...(shared.session === undefined ? {} : { session: shared.session })
  })
  socket.on('session', (ticket) => {
    shared.session = ticket
  })
  return socket
}
