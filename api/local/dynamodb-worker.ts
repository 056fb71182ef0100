import type { AddressInfo } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { readAtOnce } from './read-at-once.ts'

// dynalite in a thread of its own: it is as busy as the API, and what it throws must not end the API.

// Without this accessor an attribute named __proto__ is stored like any other; with it, dynalite loses it.
Reflect.deleteProperty(Object.prototype, '__proto__')
// A client that goes away in the middle of a request makes dynalite throw from an event handler.
process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
  if (error.message !== 'aborted' && error.code !== 'ECONNRESET') throw error
})

const { default: dynalite } = await import('dynalite')
const { port, path } = workerData as { readonly port: number; readonly path?: string }
if (path !== undefined) readAtOnce(import.meta.url)
const times = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }
const server = dynalite(path === undefined ? times : { ...times, path })
server.once('error', (error: NodeJS.ErrnoException) =>
  parentPort?.postMessage({ error: error.code ?? error.message })
)
server.listen(port, '127.0.0.1', () =>
  parentPort?.postMessage({ port: (server.address() as AddressInfo).port })
)
parentPort?.once('message', () => {
  server.close(() => parentPort?.postMessage('closed'))
  server.closeAllConnections()
})
