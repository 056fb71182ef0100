import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { connectionPool } from '../../api/wire/connection-pool.ts'
import type { RequestBuffer } from '../../api/wire/request-buffer.ts'
import { selfSigned } from '../support/self-signed.ts'

/** Answers each request with the number of its connection, and says by `flag` when an answer has left. */
const server = `
const { createServer } = require('node:tls')
const { parentPort, workerData } = require('node:worker_threads')
const { key, cert, flag } = workerData
let connections = 0
const server = createServer({ key, cert }, (socket) => {
  const body = String(connections++)
  socket.on('error', () => {})
  socket.on('data', () =>
    socket.write('HTTP/1.1 200 OK\\r\\ncontent-length: ' + body.length + '\\r\\n\\r\\n' + body, () => {
      Atomics.store(flag, 0, 1)
      Atomics.notify(flag, 0)
    })
  )
})
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
`

it('keeps a TLS connection whose answer is there before Node tells that the request has left', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'early-'))
  const { ca, keyFile } = await selfSigned(folder)
  const flag = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(server, {
    eval: true,
    workerData: { key: readFileSync(keyFile), cert: ca, flag }
  })
  const [port] = (await once(worker, 'message')) as [number]
  const limits = { connectMs: 5_000, answerMs: 5_000, idleMs: 20_000, mostConnections: 1 }
  const pool = connectionPool({ isTls: true, hostname: '127.0.0.1', port, ...limits, tls: { ca } })
  const make = (buffer: RequestBuffer): Uint8Array => {
    buffer.begin()
    return buffer.withHead('POST / HTTP/1.1\r\ncontent-length: 0\r\n\r\n')
  }
  const send = async (): Promise<string> =>
    (await pool.send(make, new AbortController().signal)).body.toString()

  /** A request that leaves in a turn which other work holds until the answer has come. */
  const sendAtOnce = (): Promise<string> => {
    Atomics.store(flag, 0, 0)
    const answered = new Promise<string>((resolve, reject) => {
      setImmediate(() => send().then(resolve, reject))
    })
    setImmediate(() => Atomics.wait(flag, 0, 0, 5_000))
    return answered
  }
  expect([await send(), await sendAtOnce(), await sendAtOnce(), await sendAtOnce()]).toEqual([
    '0',
    '0',
    '0',
    '0'
  ])
  pool.close()
  await worker.terminate()
  rmSync(folder, { recursive: true })
})
