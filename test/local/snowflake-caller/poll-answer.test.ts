import { describe, expect, it } from 'vitest'
import { snowflakeCaller } from '../../../api/local/snowflake-caller/snowflake-caller.ts'
import { echo, type Script, type ScriptedReply, scriptedService } from '../../support/scripted-service.ts'
import { fakeClock } from './fake-clock.ts'
import { push, pushRows } from './push.ts'

/** A service that accepts each batch with 202 and answers polls with `polls` in turn, then with the rows. */
const accepting = (...polls: ScriptedReply[]): Script => {
  let accepted = ''
  return ({ method, text }) => {
    if (method === 'GET') return polls.shift() ?? echo({ text: accepted })
    accepted = text
    return { status: 202 }
  }
}

const call = async (script: Script) => {
  await using service = await scriptedService(script)
  const clock = fakeClock()
  const caller = snowflakeCaller({ baseUrl: service.url, clock })
  const ending = await caller.call(push, pushRows(2)).catch((error: Error) => error.message)
  await caller.close()
  return { ending, sleeps: clock.sleeps, seen: service.seen, elapsedMs: clock.now() }
}

const answers = ['["orders",{"ID":0}]', '["orders",{"ID":1}]']

describe('a batch that is accepted with 202', () => {
  it('is polled with growing waits until it is answered', async () => {
    const { ending, sleeps } = await call(accepting({ status: 202 }, { status: 202 }))

    expect(ending).toEqual(answers)
    expect(sleeps).toEqual([500, 750, 1_125])
  })

  it('is polled by GET at the same URL with the same headers and no body', async () => {
    const { seen } = await call(accepting())
    const [post, get] = seen
    const { 'content-length': _, ...headers } = post?.headers ?? {}

    expect(get).toMatchObject({ method: 'GET', path: '/push', text: '' })
    expect(get?.headers).toEqual(headers)
  })

  it.each([400, 404, 429, 500, 503])('fails the statement when a poll is answered %i', async (status) => {
    const { ending, seen } = await call(accepting({ status, body: 'gone' }))

    expect(ending).toBe(
      `Request failed for external function PUSH_TO_DYNAMO with remote service error: ${status} 'gone'`
    )
    expect(seen).toHaveLength(2)
  })

  it('is polled again when the connection breaks', async () => {
    expect(await call(accepting('reset'))).toMatchObject({ ending: answers, sleeps: [500, 750] })
  })

  it('is given up after 600 s', async () => {
    const { ending, elapsedMs } = await call(() => ({ status: 202 }))

    expect(ending).toContain(
      'Request failed for external function PUSH_TO_DYNAMO. Error: Timeout was reached'
    )
    expect(elapsedMs).toBe(600_000)
  })

  it('has its answer checked like any other', async () => {
    const { ending } = await call(accepting({ body: '{"data":[[1,1],[0,1]]}' }))

    expect(ending).toContain('Row numbers out of order')
  })

  it('may be accepted after a retry', async () => {
    const accept = accepting()
    const { ending } = await call((seen, nth) => (nth === 0 ? { status: 503 } : accept(seen, nth)))

    expect(ending).toEqual(answers)
  })
})
