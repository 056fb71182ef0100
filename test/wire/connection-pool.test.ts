import { describe, expect, it } from 'vitest'
import { openConnection } from '../../api/wire/connection.ts'
import { connectionPool, type PoolSettings } from '../../api/wire/connection-pool.ts'
import type { RequestBuffer } from '../../api/wire/request-buffer.ts'
import { turns } from '../../api/wire/turns.ts'
import { type RawReply, type RawRequest, rawAnswer, rawService } from '../support/raw-service.ts'

const signal = new AbortController().signal
const make = (body: string) => (buffer: RequestBuffer) => {
  buffer.begin()
  buffer.text(body)
  return buffer.withHead(`POST / HTTP/1.1\r\ncontent-length: ${buffer.body().length}\r\n\r\n`)
}
const echo = ({ body }: RawRequest): RawReply => ({ bytes: rawAnswer(body) })

const plain = {
  isTls: false,
  hostname: '127.0.0.1',
  connectMs: 20_000,
  answerMs: 20_000,
  idleMs: 20_000,
  mostConnections: 3
}
const poolTo = (port: number, more: Partial<PoolSettings> = {}) => connectionPool({ ...plain, port, ...more })

describe('a pool of connections', () => {
  it('gives each call the answer to its own request, over no more connections than it may open', async () => {
    await using service = await rawService(echo)
    const pool = poolTo(service.port)
    const bodies = Array.from({ length: 50 }, (_, n) => `request ${n} ${'x'.repeat(n * 3_000)}`)
    const answers = await Promise.all(bodies.map((body) => pool.send(make(body), signal)))
    expect(answers.map(({ body }) => body.toString())).toEqual(bodies)
    expect(service.connections).toBe(3)
    pool.close()
    await service.empty()
  })

  it.each([
    ['as many as it may while the process has time', 0, 20],
    ['few while the process is busy: answers wait for it, and it for none', 1, 4]
  ])('opens %s, for calls that wait', async (_, busy, connections) => {
    const held: Array<() => void> = []
    const ready = Promise.withResolvers<void>()
    let [asked, isHeld] = [0, true]
    const look = (): void => {
      if (held.length >= connections && asked >= 5) ready.resolve()
    }
    await using service = await rawService(async ({ body }) => {
      if (isHeld)
        await new Promise<void>((resolve) => {
          held.push(resolve)
          look()
        })
      return { bytes: rawAnswer(body) }
    })
    const settings = { ...plain, port: service.port, mostConnections: 20 }
    const pool = connectionPool(settings, openConnection, () => {
      asked += 1
      look()
      return asked < 4 ? 1 : busy
    })
    const calls = Array.from({ length: 30 }, (_, n) => pool.send(make(`${n}`), signal))
    await ready.promise
    expect(service.connections).toBe(connections)
    isHeld = false
    for (const answer of held) answer()
    const answers = await Promise.all(calls)
    expect(answers.map(({ body }) => body.toString())).toEqual(calls.map((_, n) => `${n}`))
    pool.close()
  })

  it('opens more, however busy the process is, where those that are there do not answer', async () => {
    const hung = 4
    await using service = await rawService((request) => (request.connection < hung ? {} : echo(request)))
    const settings = { ...plain, port: service.port, mostConnections: 20 }
    const pool = connectionPool(settings, openConnection, () => 1)
    const calls = Array.from({ length: 30 }, (_, n) => pool.send(make(`${n}`), signal))
    const ends = Promise.allSettled(calls)
    await Promise.all(calls.slice(hung))
    pool.close()
    expect((await ends).map(({ status }) => status).slice(0, hung)).toEqual(Array(hung).fill('rejected'))
  })

  it('uses the connection that was used last', async () => {
    await using service = await rawService(echo)
    const pool = poolTo(service.port)
    await Promise.all([pool.send(make('a'), signal), pool.send(make('b'), signal)])
    for (let n = 0; n < 4; n += 1) await pool.send(make('c'), signal)
    const later = new Set(service.requests.slice(2).map(({ connection }) => connection))
    expect(later.size).toBe(1)
    pool.close()
  })

  it.each<readonly [string, Partial<PoolSettings>, readonly string[]]>([
    ['has been idle for too long', { idleMs: 0 }, []],
    ['the server keeps for a moment only', {}, ['Keep-Alive: timeout=1']]
  ])('does not use a connection again that %s', async (_what, settings, headers) => {
    await using service = await rawService(({ body }) => ({ bytes: rawAnswer(body, headers) }))
    const pool = poolTo(service.port, settings)
    for (let n = 0; n < 3; n += 1) await pool.send(make('a'), signal)
    expect(service.requests.map(({ connection }) => connection)).toEqual([0, 1, 2])
    pool.close()
  })

  it('hands the place of a connection that broke to a call that waits', async () => {
    await using service = await rawService((request) =>
      request.nth === 0 ? { after: 'reset' } : echo(request)
    )
    const pool = poolTo(service.port, { mostConnections: 1 })
    const calls = ['a', 'b', 'c'].map((body) => pool.send(make(body), signal).catch(({ code }) => code))
    const [first, ...others] = await Promise.all(calls)
    expect(first).toBe('ECONNRESET')
    expect(others.map(({ body }) => body.toString())).toEqual(['b', 'c'])
    pool.close()
  })

  it('lets nobody wait, nor open a connection, whose signal has struck', async () => {
    await using service = await rawService(() => ({}))
    const struck = AbortSignal.abort()
    await expect(turns().wait(struck)).rejects.toMatchObject({ name: 'AbortError' })
    const settings = { ...plain, port: service.port }
    const open = openConnection(settings, {}, struck, () => {})
    await expect(open).rejects.toMatchObject({ name: 'AbortError' })
    expect(service.connections).toBe(0)
  })

  it('opens nothing more once it is closed: neither for calls that wait nor for later ones', async () => {
    const asked = Promise.withResolvers<void>()
    await using service = await rawService(() => {
      asked.resolve()
      return new Promise(() => {})
    })
    const pool = poolTo(service.port, { mostConnections: 1 })
    const calls = ['a', 'b', 'c'].map((body) => pool.send(make(body), signal).catch(({ name }) => name))
    await asked.promise
    pool.close()
    expect(await Promise.all(calls)).toEqual(['Unanswered', 'NotSent', 'NotSent'])
    await expect(pool.send(make('d'), signal)).rejects.toMatchObject({ name: 'NotSent', code: 'CLOSED' })
    expect(service.connections).toBe(1)
    await service.empty()
  })

  it('ends what is under way when it is closed', async () => {
    await using service = await rawService(() => {
      pool.close()
      return {}
    })
    const pool = poolTo(service.port)
    await expect(pool.send(make('a'), signal)).rejects.toMatchObject({ name: 'Unanswered' })
    await service.empty()
  })
})
