import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import dynalite from 'dynalite'
import type { Engine } from './engines.ts'

/**
 * Starts dynalite in this process on a free port of 127.0.0.1: all tables in memory, and active at once.
 *
 * Known to differ from DynamoDB: it drops attributes named `__proto__`, counts UTF-16 units where DynamoDB counts
 * UTF-8 bytes, and has no limit on nesting or expressions. Specify those on the other engine: `npm run test:engines`.
 */
export const startDynalite = async (): Promise<Engine> => {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 })
  // dynalite rethrows the error of a client that went away in mid-request, which would end this process.
  server.on('request', (request) => request.removeAllListeners('error'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        // Clients keep their connections open; without this the close waits for them.
        server.closeAllConnections()
      })
  }
}
