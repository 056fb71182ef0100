import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { startEmbeddedDynamodb } from '../../api/local/embedded-dynamodb.ts'
import { startFaultProxy } from '../support/fault-proxy.ts'
import { type RunningCommand, startCommand } from '../support/run-command.ts'
import { outsideClient, scanTable } from '../support/test-app.ts'

/** A DynamoDB behind a proxy that plays faults, and services on it in processes of their own. */
const openWorld = async () => {
  const engine = await startEmbeddedDynamodb()
  const proxy = await startFaultProxy(engine.endpoint)
  const folder = await mkdtemp(join(tmpdir(), 'serve-killed-'))
  const running = new Set<RunningCommand>()
  const kill = async (command: RunningCommand): Promise<void> => {
    command.child.kill('SIGKILL')
    await command.ended
    running.delete(command)
  }
  return {
    proxy,
    kill,
    /** `npm run serve --isolated`. */
    async serve(deadlineMs: number): Promise<{ readonly command: RunningCommand; readonly url: string }> {
      const env = { DYNAMODB_ENDPOINT: proxy.endpoint, PUSH_DEADLINE_MS: String(deadlineMs) }
      const args = ['--port', '0', '--isolated', '--table', 'orders=id:S']
      const command = startCommand('serve', args, folder, env)
      running.add(command)
      let text = ''
      while (!text.includes('\n')) text += String(await once(command.child.stdout ?? command.child, 'data'))
      const [url = ''] = text.match(/http:\/\/127\.0\.0\.1:\d+/) ?? []
      return { command, url }
    },
    /** Items in the table. */
    async held(): Promise<number> {
      const outside = outsideClient(engine.endpoint)
      const items = await scanTable(outside, 'orders')
      outside.destroy()
      return items.length
    },
    async [Symbol.asyncDispose]() {
      for (const command of [...running]) await kill(command)
      await proxy.close()
      await engine.close()
      await rm(folder, { recursive: true, force: true })
    }
  }
}

const headers = { 'sf-external-function-query-batch-id': 'q-1:1' }
const rows = Array.from({ length: 40 }, (_, n) => [n, 'orders', { id: `k${n}` }, { if: 'absent' }])
const body = JSON.stringify({ data: rows })
const post = (url: string) =>
  fetch(`${url}/push`, { method: 'POST', headers, body }).then(
    async (reply) => ({ status: reply.status, text: await reply.text() }),
    () => ({ status: 0, text: '' })
  )
/** Polls as Snowflake does, until the answer is there. */
const polled = async (url: string): Promise<string> => {
  for (;;) {
    const reply = await fetch(`${url}/push`, { headers })
    const text = await reply.text()
    if (reply.status === 200) return text
    if (reply.status !== 202) throw new Error(`${reply.status}: ${text}`)
    await pause(1_000)
  }
}
const answered = async (url: string): Promise<string> => {
  const { status, text } = await post(url)
  return status === 202 ? polled(url) : text
}
const allWritten = JSON.stringify({ data: rows.map(([n]) => [n, { status: 'written' }]) })

// Beside each other: for most of their time they wait for what the dead one has claimed.
describe.concurrent('a service that is killed', () => {
  it('after the writes and before the answer: four deliveries to the next one get one answer, and it is true', async () => {
    await using world = await openWorld()
    const { proxy } = world
    // Not the answer itself reaches the ledger, so that the moment is hit for sure.
    const atAnswer = Promise.withResolvers<void>()
    proxy.play(({ body: call }) => {
      if (!call.includes('"answered"')) return 'pass'
      atAnswer.resolve()
      return 'hang'
    })
    const first = await world.serve(5_000)
    const lost = post(first.url)
    await atAnswer.promise
    await world.kill(first.command)
    expect(await lost).toEqual({ status: 0, text: '' })
    expect(await world.held()).toBe(40)

    proxy.play(() => 'pass')
    const second = await world.serve(5_000)
    const answers = await Promise.all(Array.from({ length: 4 }, () => answered(second.url)))

    expect(answers).toEqual([allWritten, allWritten, allWritten, allWritten])
    expect(await world.held()).toBe(40)
  }, 60_000)

  it('after 202: the next one goes on with what was spilled, for a caller that only polls', async () => {
    await using world = await openWorld()
    const { proxy } = world
    // The table throttles, and no worker gets to the spilled rows.
    proxy.play(({ operation, body: call }) => {
      if (call.includes('push_to_dynamo_ledger'))
        return call.includes('"spilled"') && call.includes('"owner"') ? 'hang' : 'pass'
      return operation === 'PutItem' ? 'throttled' : 'pass'
    })
    const first = await world.serve(1_500)
    expect((await post(first.url)).status).toBe(202)
    await world.kill(first.command)
    expect(await world.held()).toBeLessThan(40)

    proxy.play(() => 'pass')
    const second = await world.serve(1_500)

    expect(await polled(second.url)).toBe(allWritten)
    expect(await world.held()).toBe(40)
  }, 60_000)
})
