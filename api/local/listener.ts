import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

/** Something that listens on 127.0.0.1; closing lets the requests in work end. */
export interface Listener {
  listen(port: number): Promise<void>
  url(): string
  close(): Promise<void>
  /** Ends connections whose requests never came whole: closing would wait for them. */
  cut(): void
}

export const wholeApp = (app: FastifyInstance): Listener => {
  let url = ''
  return {
    async listen(port) {
      url = await app.listen({ host: '127.0.0.1', port })
    },
    url: () => url,
    close: () => app.close(),
    cut: () => app.server.closeAllConnections()
  }
}

/**
 * An app instance for each request that is in work, kept for later ones: what Lambda does with processes. What
 * one of them learns, the others know only through the ledger.
 */
export const isolatedApps = (make: () => FastifyInstance): Listener => {
  const all: FastifyInstance[] = []
  const free: FastifyInstance[] = []
  // One after another: an instance is at work while the next is made, as it is where each has a process of its own.
  let making: Promise<unknown> = Promise.resolve()
  const made = async (): Promise<FastifyInstance> => {
    const app = make()
    all.push(app)
    await app.ready()
    return app
  }
  const nextApp = (): Promise<FastifyInstance> => {
    const next = making.then(async () => free.pop() ?? made())
    const after = (): Promise<void> => setImmediate()
    making = next.then(after, after)
    return next
  }
  const server = createServer(async (request, response) => {
    try {
      const app = free.pop() ?? (await nextApp())
      // Whoever asked may be gone by now.
      if (response.destroyed) return void free.push(app)
      response.once('close', () => free.push(app))
      app.routing(request, response)
    } catch (error) {
      response.writeHead(503).end(`no app: ${(error as Error).message}`)
    }
  })
  return {
    listen: (port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, '127.0.0.1', resolve)
      }),
    url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      await new Promise((resolve) => {
        server.close(resolve)
        server.closeIdleConnections()
      })
      await Promise.all(all.map((app) => app.close()))
    },
    cut: () => server.closeAllConnections()
  }
}
