import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbeddedDynamodb } from '../../api/local/embedded-dynamodb.ts'
import { someOf } from '../support/extent.ts'
import { startFaultProxy } from '../support/fault-proxy.ts'
import { createTables, outsideClient, scanTable } from '../support/test-app.ts'

const started = new Set<ChildProcess>()

/** Runs `serve` as a user does, in a process of its own. */
const serve = (args: readonly string[], environment: Record<string, string> = {}) => {
  const child = spawn(
    process.execPath,
    ['--import', './api/local/require-node.mjs', 'api/local/run.ts', 'serve', ...args],
    {
      env: { PATH: process.env.PATH, ...environment },
      stdio: ['ignore', 'pipe', 'pipe']
    }
  )
  started.add(child)
  const printed = { stdout: '', stderr: '' }
  child.stdout.on('data', (text) => {
    printed.stdout += text
  })
  child.stderr.on('data', (text) => {
    printed.stderr += text
  })
  const ended = once(child, 'close').then(([code]) => {
    started.delete(child)
    return code as number | null
  })
  const ready = async (): Promise<{ url: string; dynamodb: string }> => {
    while (!printed.stdout.includes('\n')) {
      const hasEnded = await Promise.race([
        once(child.stdout, 'data').then(() => false),
        ended.then(() => true)
      ])
      if (hasEnded) throw new Error(`serve ended: ${printed.stderr}`)
    }
    const [url = '', dynamodb = ''] = printed.stdout.match(/http:\/\/127\.0\.0\.1:\d+/g) ?? []
    return { url, dynamodb }
  }
  return { child, printed, ended, ready }
}

const push = async (url: string, rows: ReadonlyArray<readonly [string, object]>) => {
  const body = JSON.stringify({ data: rows.map((args, n) => [n, ...args]) })
  const reply = await fetch(`${url}/push`, { method: 'POST', body })
  return { status: reply.status, text: await reply.text() }
}
const statuses = (text: string): string[] =>
  (JSON.parse(text) as { data: Array<[number, { status: string }]> }).data.map(([, { status }]) => status)

afterAll(() => {
  for (const child of started) child.kill('SIGKILL')
})

describe('npm run serve, a process for all of these', { timeout: 60_000 }, () => {
  let service: ReturnType<typeof serve>
  beforeAll(() => {
    service = serve(['--port', '0', '--table', 'orders=id:S', '--table', 'events=pk:S,sk:N'])
  })

  it('prints one ready line with its URL, and serves its tables', async () => {
    const { url, dynamodb } = await service.ready()
    const { text } = await push(url, [
      ['orders', { id: 'a' }],
      ['events', { pk: 'a', sk: 1 }],
      ['others', { id: 'a' }]
    ])
    const outside = outsideClient(dynamodb)
    const held = [await scanTable(outside, 'orders'), await scanTable(outside, 'events')]
    outside.destroy()

    expect(statuses(text)).toEqual(['written', 'written', 'rejected'])
    expect(held).toEqual([[{ id: { S: 'a' } }], [{ pk: { S: 'a' }, sk: { N: '1' } }]])
  })

  it('hears a body over 10 MB to its end, so that the client gets the answer and no broken connection', async () => {
    const { url } = await service.ready()
    const body = 'x'.repeat(30 * 1024 * 1024)
    const reply = await fetch(`${url}/push`, { method: 'POST', body })

    expect([reply.status, await reply.text()]).toEqual([413, expect.stringContaining('10 MB')])
  })

  it('ends on SIGTERM, does not wait for requests that never come whole, and has printed nothing more', async () => {
    const { url } = await service.ready()
    const { hostname, port } = new URL(url)
    const sockets = ['POST /pu', 'POST /push HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n\r\n{'].map(
      (text) => {
        const socket = connect(Number(port), hostname)
        socket.on('error', () => {})
        socket.write(text)
        return socket
      }
    )
    await fetch(`${url}/health`)

    service.child.kill('SIGTERM')

    expect(await service.ended).toBe(0)
    for (const socket of sockets) socket.destroy()
    expect(service.printed.stdout.split('\n')).toHaveLength(2)
  })
})

// Processes of their own.
describe('npm run serve', { timeout: 60_000 }, () => {
  it.concurrent.each<readonly [string, readonly string[], Record<string, string>, string]>([
    ['an unknown argument', ['--prot', '1'], {}, '--prot'],
    ['a port that is none', ['--port', '99999'], {}, '--port'],
    ['a table without keys', ['--table', 'orders'], {}, '--table orders'],
    ['a port that looks like an option', ['--port', '-1'], {}, '--port'],
    ['a table that is given twice', ['--table', 'orders=id:S', '--table', 'orders=id:N'], {}, 'orders'],
    ['the ledger as a table', ['--table', 'push_to_dynamo_ledger=id:S'], {}, 'push_to_dynamo_ledger'],
    ['a wrong variable', ['--port', '0'], { PUSH_DEADLINE_MS: 'soon' }, 'PUSH_DEADLINE_MS'],
    ['an endpoint that is no URL', ['--port', '0'], { DYNAMODB_ENDPOINT: 'here' }, 'DYNAMODB_ENDPOINT']
  ])('ends with one line that says what is wrong: %s', async (_what, args, environment, named) => {
    const service = serve(args, environment)

    expect(await service.ended).not.toBe(0)
    expect(service.printed.stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(service.printed.stderr).toContain(named)
    expect(service.printed.stdout).toBe('')
  })

  it('ends with the npm that started it', async () => {
    const npm = spawn('npm', ['run', 'serve', '--', '--port', '0', '--table', 'orders=id:S'], {
      stdio: ['ignore', 'pipe', 'pipe']
    })
    started.add(npm)
    let stdout = ''
    for await (const text of npm.stdout) {
      stdout += text
      if (stdout.includes('ready at')) break
    }
    const [url = ''] = stdout.match(/http:\/\/127\.0\.0\.1:\d+/) ?? []
    expect((await fetch(`${url}/health`)).status).toBe(200)

    npm.kill('SIGTERM')
    await once(npm, 'close')
    started.delete(npm)

    await expect(fetch(`${url}/health`)).rejects.toThrow()
    expect(npm.exitCode).toBe(0)
  })

  it('ends on a signal that comes with its ready line, and on one more', async () => {
    for (const signal of someOf(['SIGINT', 'SIGTERM'] as const, 1)) {
      const service = serve(['--port', '0'])
      await service.ready()
      service.child.kill(signal)
      service.child.kill('SIGTERM')
      expect(await service.ended).toBe(0)
    }
  })

  it('says so when one of its ports is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const port = String((other.address() as AddressInfo).port)
    for (const args of [
      ['--port', port],
      ['--port', '0', '--dynamodb-port', port]
    ]) {
      const service = serve(args)
      expect(await service.ended).not.toBe(0)
      expect(service.printed.stderr.trimEnd().split('\n')).toHaveLength(1)
      expect(service.printed.stderr).toContain(port)
    }
    other.close()
  })

  it('writes to the DynamoDB of DYNAMODB_ENDPOINT and creates its tables there', async () => {
    const engine = await startEmbeddedDynamodb()
    const outside = outsideClient(engine.endpoint)
    const service = serve(['--port', '0', '--table', 'orders=id:S'], { DYNAMODB_ENDPOINT: engine.endpoint })
    const { url, dynamodb } = await service.ready()

    expect(dynamodb).toBe(engine.endpoint)
    expect(statuses((await push(url, [['orders', { id: 'a' }]])).text)).toEqual(['written'])
    expect(await scanTable(outside, 'orders')).toHaveLength(1)
    service.child.kill('SIGTERM')
    expect(await service.ended).toBe(0)
    outside.destroy()
    await engine.close()
  })

  it('ends within 10 s of a SIGTERM under load, and every row that it called written is in the table', async () => {
    const engine = await startEmbeddedDynamodb()
    const proxy = await startFaultProxy(engine.endpoint)
    const outside = outsideClient(engine.endpoint)
    await createTables(outside, 'orders=id:S')
    const service = serve(['--port', '0', '--table', 'orders=id:S'], { DYNAMODB_ENDPOINT: proxy.endpoint })
    const { url } = await service.ready()

    // From some call on the table throttles for ever, so that batches are still in work when the end comes.
    const full = Promise.withResolvers<void>()
    proxy.play(({ nth }) => {
      if (nth === 60) full.resolve()
      return nth > 60
        ? 'throttled'
        : ((['pass', { unprocessed: 9 }, 'pass', 'applied-reset'] as const)[nth % 4] ?? 'pass')
    })
    const claimed: string[] = []
    let answers = 0
    const senders = Array.from({ length: 6 }, async (_, sender) => {
      for (let batch = 0; ; batch += 1) {
        const rows = Array.from(
          { length: 60 },
          (_, n) => ['orders', { id: `${sender}/${batch}/${n}` }] as const
        )
        const reply = await push(url, rows).catch(() => undefined)
        if (reply === undefined || reply.status !== 200) return
        answers += 1
        for (const [n, status] of statuses(reply.text).entries())
          if (status === 'written') claimed.push(rows[n]?.[1].id ?? '')
      }
    })
    await full.promise
    const startMs = performance.now()
    service.child.kill('SIGTERM')
    const code = await service.ended
    const endedAfterMs = performance.now() - startMs
    await Promise.all(senders)
    await proxy.quiet()

    // 1 when the ledger throttled as well, so that its last words had to be cut short.
    expect([0, 1]).toContain(code)
    expect(endedAfterMs).toBeLessThan(10_000)
    const held = new Set((await scanTable(outside, 'orders')).map(({ id }) => id?.S))
    expect(answers).toBeGreaterThan(0)
    expect(claimed.length).toBeGreaterThan(0)
    expect(claimed.filter((id) => !held.has(id))).toEqual([])
    outside.destroy()
    await proxy.close()
    await engine.close()
  })
})
