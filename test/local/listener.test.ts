import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import fastify, { type FastifyInstance } from 'fastify'
import { afterEach, expect, it, vi } from 'vitest'
import { isolatedApps, type Listener } from '../../api/local/listener.ts'

let listener: Listener

/** Listens with apps that are ready after that. */
const listen = async (getReady: () => Promise<void>) => {
  const make = vi.fn((): FastifyInstance => {
    const app = fastify()
    app.addHook('onReady', getReady)
    app.get('/', () => 'hello')
    return app
  })
  listener = isolatedApps(make)
  await listener.listen(0)
  return { make, url: listener.url() }
}
const statusOf = async (url: string): Promise<number> => (await fetch(url)).status

afterEach(() => listener.close())

it('keeps an app for the next request when nobody waits for the one that it was made for', async () => {
  const [asked, ready] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const { make, url } = await listen(() => {
    asked.resolve()
    return ready.promise
  })
  const gone = request(url).end()
  const closed = once(gone, 'close')
  await asked.promise
  gone.destroy()
  await closed.catch(() => undefined)
  // The server has seen that by the time it refuses a request that came later.
  const later = connect(Number(new URL(url).port), '127.0.0.1')
  later.end('no request\r\n\r\n')
  await once(later, 'data')

  ready.resolve()
  expect([await statusOf(url), await statusOf(url)]).toEqual([200, 200])
  expect(make).toHaveBeenCalledOnce()
})

it('answers later requests by another app when one does not get ready', async () => {
  let tries = 0
  const { url } = await listen(async () => {
    tries += 1
    if (tries === 1) throw new Error('no room')
  })
  expect(await (await fetch(url)).text()).toBe('no app: no room')
  expect([await statusOf(url), await statusOf(url)]).toEqual([200, 200])
  expect(tries).toBe(2)
})
