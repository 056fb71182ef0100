import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tableList } from '../../api/batch/table-list.ts'
import { maxBodyBytes } from '../../api/decode/content-encoding.ts'
import { buildApp } from '../../api/receive/app.ts'
import { systemClock } from '../../api/runtime/system-clock.ts'
import { scriptedPort } from '../support/scripted-port.ts'

// Bodies over a real connection, by a client that knows nothing but sockets.

const stopping = new AbortController()
const app = buildApp({
  writer: {
    port: scriptedPort(systemClock as never),
    schemas: {
      known: () => undefined,
      find: async () => ({ kind: 'unknown' }),
      lookAgain: async () => ({ kind: 'unknown' })
    },
    clock: systemClock
  },
  isAllowed: tableList('*'),
  deadlineMs: 20_000,
  version: 'test',
  log: () => {},
  stopping: stopping.signal
})
let port = 0
beforeAll(async () => {
  await app.listen({ host: '127.0.0.1', port: 0 })
  port = (app.server.address() as AddressInfo).port
})
afterAll(() => app.close())

/** Sends all of it before it reads anything, and gives the whole reply. */
const exchange = async (head: string, body: readonly Uint8Array[]): Promise<string> => {
  const socket = connect(port, '127.0.0.1')
  let failure: Error | undefined
  socket.on('error', (error) => {
    failure = error
  })
  await once(socket, 'connect')
  for (const piece of [Buffer.from(head), ...body])
    await new Promise<void>((resolve, reject) =>
      socket.write(piece, (error) => (error ? reject(error) : resolve()))
    )
  const parts: Buffer[] = []
  for await (const part of socket) parts.push(part)
  if (failure) throw failure
  return Buffer.concat(parts).toString()
}
const head = (...lines: readonly string[]): string =>
  ['POST /push HTTP/1.1', 'Host: here', 'Connection: close', ...lines, '', ''].join('\r\n')
const batch = '{"data":[[0,"orders",{"id":"a"}]]}'
const piece = Buffer.alloc(1024 * 1024, 0x20)

describe('a body', () => {
  it.each([
    ['without a content type', []],
    ['of an empty content type', ['Content-Type: ']],
    ['of a content type that is none', ['Content-Type: ;;=']]
  ])('%s is read all the same', async (_what, lines) => {
    const reply = await exchange(head(`Content-Length: ${batch.length}`, ...lines), [Buffer.from(batch)])
    expect(reply).toContain('200 OK')
    expect(reply).toContain('unknown_table')
  })

  it('over 10 MB is heard out, so that a client that sends first and reads later learns why', async () => {
    const pieces = Array.from({ length: 12 }, () => piece)
    const reply = await exchange(head(`Content-Length: ${12 * piece.length}`), pieces)
    expect(reply).toContain('413 Payload Too Large')
    expect(reply).toContain('10 MB')
  })

  it('over 10 MB in chunks of unknown number is heard out, too', async () => {
    const size = Buffer.from(`${piece.length.toString(16)}\r\n`)
    const chunk = Buffer.concat([size, piece, Buffer.from('\r\n')])
    const chunks = [...Array.from({ length: 12 }, () => chunk), Buffer.from('0\r\n\r\n')]
    expect(await exchange(head('Transfer-Encoding: chunked'), chunks)).toContain('413 Payload Too Large')
  })

  it('that is announced as over 10 MB is refused although nothing of it comes', async () => {
    expect(await exchange(head(`Content-Length: ${maxBodyBytes + 1}`), [])).toContain('413 Payload Too Large')
  })

  it('that never ends is not waited for when the service stops', async () => {
    const reply = exchange(head('Content-Length: 100'), [Buffer.from(batch)])
    await once(app.server, 'request')
    stopping.abort()
    expect(await reply).toContain('503 Service Unavailable')
  })
})
