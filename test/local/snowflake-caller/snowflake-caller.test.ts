import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CallerOptions, snowflakeCaller } from '../../../api/local/snowflake-caller/snowflake-caller.ts'
import { echo, type Script, type ScriptedReply, scriptedService } from '../../support/scripted-service.ts'
import { fakeClock } from './fake-clock.ts'
import { push, pushRows } from './push.ts'

const tens = { ...push, maxBatchRows: 10 }
const batchIdOf = (headers: NodeJS.Dict<string | string[]>) =>
  String(headers['sf-external-function-query-batch-id'])

const open = async (script: Script, options: Partial<CallerOptions> = {}) => {
  const service = await scriptedService(script)
  const caller = snowflakeCaller({ baseUrl: service.url, clock: fakeClock(), ...options })
  return {
    ...service,
    ...caller,
    async [Symbol.asyncDispose]() {
      await caller.close()
      await service[Symbol.asyncDispose]()
    }
  }
}

describe('a statement', () => {
  it('is cut into batches with ids of their own under one query id', async () => {
    await using snowflake = await open(echo)
    await snowflake.call(tens, pushRows(25))
    const queryId = snowflake.seen[0]?.headers['sf-external-function-current-query-id']

    expect(queryId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    expect(snowflake.seen.map(({ headers }) => batchIdOf(headers)).toSorted()).toEqual(
      [1, 2, 3].map((n) => `${queryId}:${n}:1:0:0`)
    )
    expect(new Set(snowflake.seen.map(({ path, method }) => `${method} ${path}`))).toEqual(
      new Set(['POST /push'])
    )
  })

  it('has a new query id each time', async () => {
    await using snowflake = await open(echo)
    await snowflake.call(push, pushRows(1))
    await snowflake.call(push, pushRows(1))

    expect(new Set(snowflake.seen.map(({ headers }) => batchIdOf(headers))).size).toBe(2)
  })

  it('carries a local session and the function’s constants', async () => {
    await using snowflake = await open(echo, { headers: { 'push-tables': 'orders' } })
    await snowflake.call(push, pushRows(1))

    expect(snowflake.seen[0]?.headers).toMatchObject({
      'sf-context-current-user': 'LOCAL_USER',
      'sf-context-current-role': 'LOCAL_ROLE',
      'sf-context-current-account': 'LOCAL',
      'sf-custom-push-tables': 'orders'
    })
  })

  it('carries the name of a user whom no header can spell', async () => {
    await using snowflake = await open(echo, { context: { CURRENT_USER: 'Zoë 李' } })
    await snowflake.call(push, pushRows(1))
    const headers = snowflake.seen[0]?.headers ?? {}

    expect(headers['sf-context-current-user']).toBe('Zo')
    expect(Buffer.from(String(headers['sf-context-current-user-base64']), 'base64').toString()).toBe('Zoë 李')
  })

  it('carries 38 digits there and back', async () => {
    await using snowflake = await open(echo)
    const digits = '{"N":12345678901234567890123456789012345678,"D":0.1234567890123456789012345678901234567}'

    expect(await snowflake.call(push, [['"orders"', digits]])).toEqual([`["orders",${digits}]`])
  })

  it('tells how many rows are answered', async () => {
    await using snowflake = await open(echo, { concurrency: 1 })
    const told: string[] = []
    await snowflake.call(tens, pushRows(25), {
      progress: (answered, of) => void told.push(`${answered}/${of}`)
    })

    expect(told).toEqual(['10/25', '20/25', '25/25'])
  })

  it('of no rows asks nobody', async () => {
    await using snowflake = await open(echo)

    expect(await snowflake.call(push, [])).toEqual([])
    expect(snowflake.seen).toEqual([])
  })

  it('tells of every exchange', async () => {
    const events: unknown[] = []
    await using snowflake = await open(
      (_seen, nth) => [{ status: 503 }, { status: 202 }][nth] ?? { body: '{"data":[[0,1]]}' },
      { onBatch: ({ batchId: _, ...event }) => events.push(event) }
    )
    await snowflake.call(push, pushRows(1))

    expect(events).toEqual([
      { status: 503, attempt: 1, rows: 1, ms: 0 },
      { status: 202, attempt: 2, rows: 1, ms: 0 },
      { status: 200, attempt: 3, rows: 1, ms: 0 }
    ])
  })

  it('must have the arguments that the function declares', async () => {
    await using snowflake = await open(echo)

    await expect(snowflake.call(push, [['"orders"', '{}'], ['{}']])).rejects.toThrow('row 1')
  })
})

describe('a service that asks for less', () => {
  it('gets fewer batches at once, and all in the end', async () => {
    const firstWave = Promise.withResolvers<void>()
    let inFlight = 0
    let most = 0
    await using snowflake = await open(async (seen, nth) => {
      if (nth < 8) {
        if (nth === 7) firstWave.resolve()
        await firstWave.promise
        return { status: 429 }
      }
      inFlight += 1
      most = Math.max(most, inFlight)
      await new Promise(setImmediate)
      inFlight -= 1
      return echo(seen)
    })

    expect(await snowflake.call(tens, pushRows(80))).toHaveLength(80)
    // Four places after the cut and one more for each batch answered: at two answered of eight, six are the most.
    expect(most).toBeLessThanOrEqual(6)
    expect(snowflake.seen).toHaveLength(16)
  })
})

describe('a statement with a batch that fails', () => {
  it.each([
    ['lets those on their way finish', 200],
    ['does not send again what is turned away meanwhile', 503]
  ])('starts no more batches and %s', async (_, status) => {
    const bothCame = Promise.withResolvers<void>()
    const failed = Promise.withResolvers<void>()
    const finished: number[] = []
    await using snowflake = await open(
      async (seen, nth) => {
        if (nth === 0) {
          await bothCame.promise
          return { status: 400, body: 'no' }
        }
        bothCame.resolve()
        await failed.promise
        return { status, ...echo(seen) }
      },
      {
        concurrency: 2,
        onBatch: (event) => {
          finished.push(event.status)
          failed.resolve()
        }
      }
    )

    await expect(snowflake.call(tens, pushRows(100))).rejects.toThrow("400 'no'")
    expect(finished).toEqual([400, status])
    expect(snowflake.seen).toHaveLength(2)
  })
})

describe('a statement that is cancelled', () => {
  it.each(['signal', 'close'] as const)('ends at once, by %s', async (how) => {
    const came = Promise.withResolvers<void>()
    const canceling = new AbortController()
    const told: unknown[] = []
    await using snowflake = await open(
      () => {
        came.resolve()
        return 'silence'
      },
      { signal: canceling.signal, onBatch: (event) => told.push(event) }
    )
    const ending = expect(snowflake.call(push, pushRows(1))).rejects.toThrow('SQL execution canceled')
    await came.promise
    if (how === 'signal') canceling.abort()
    else await snowflake.close()

    await ending
    expect(told).toEqual([])
  })

  it('does not wait out a sleep of the real clock', async () => {
    const came = Promise.withResolvers<void>()
    await using service = await scriptedService(() => ({ status: 503 }))
    const caller = snowflakeCaller({ baseUrl: service.url, onBatch: () => came.resolve() })
    const ending = expect(caller.call(push, pushRows(1))).rejects.toThrow('SQL execution canceled')
    await came.promise
    await caller.close()

    await ending
  })
})

describe('a caller', () => {
  it('takes another way to carry requests', async () => {
    const caller = snowflakeCaller({
      baseUrl: 'http://nowhere/',
      compression: 'none',
      send: async ({ url, body = new Uint8Array() }) => {
        expect(url).toBe('http://nowhere/push')
        const answer = echo({ text: Buffer.from(body).toString() })
        return { status: 200, headers: {}, body: Buffer.from(answer.body) }
      }
    })

    expect(await caller.call(push, pushRows(1))).toEqual(['["orders",{"ID":0}]'])
    await caller.close()
  })

  it.each([0, -1, 1.5])('refuses concurrency %s', (concurrency) => {
    expect(() => snowflakeCaller({ baseUrl: 'http://x', concurrency })).toThrow(RangeError)
  })

  it('refuses headers that Snowflake would refuse', () => {
    expect(() => snowflakeCaller({ baseUrl: 'http://x', headers: { a_b: 'c' } })).toThrow(RangeError)
  })

  it('makes no noise with many batches at once', async () => {
    const warnings: Error[] = []
    const listen = (warning: Error) => warnings.push(warning)
    process.on('warning', listen)
    const waiting = Promise.withResolvers<void>()
    await using snowflake = await open(
      async (seen, nth) => {
        if (nth === 63) waiting.resolve()
        await waiting.promise
        return nth < 64 ? { status: 503 } : echo(seen)
      },
      { concurrency: 64, signal: new AbortController().signal }
    )
    await snowflake.call({ ...push, maxBatchRows: 1 }, pushRows(64))
    process.off('warning', listen)

    expect(warnings).toEqual([])
  })
})

describe('whatever the rows, the batches and the weather', () => {
  const weather = fc.array(
    fc.constantFrom<ScriptedReply | 'accept'>({ status: 429 }, { status: 503 }, 'reset', 'accept'),
    { maxLength: 20, size: 'max' }
  )
  const rows = fc.array(fc.json(), { maxLength: 60, size: 'max' })
  const cap = fc.integer({ min: 1, max: 25 })
  const lanes = fc.integer({ min: 1, max: 8 })

  it('every row gets its own answer, in order', async () => {
    const accepted = new Map<string, string>()
    let left: Array<ScriptedReply | 'accept'> = []
    await using service = await scriptedService(({ method, headers, text }) => {
      const id = batchIdOf(headers)
      if (method === 'GET') return echo({ text: accepted.get(id) ?? '' })
      const next = left.shift()
      if (next !== 'accept') return next ?? echo({ text })
      accepted.set(id, text)
      return { status: 202 }
    })

    await fc.assert(
      fc.asyncProperty(
        rows,
        cap,
        lanes,
        weather,
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        async (...drawn) => {
          const [items, maxBatchRows, concurrency, script, dice] = drawn
          left = [...script]
          const caller = snowflakeCaller({ baseUrl: service.url, concurrency, clock: fakeClock(dice) })
          const args = items.map((item, n) => [JSON.stringify(`table ${n}`), item])

          const answers = await caller.call({ ...push, maxBatchRows }, args)

          expect(answers).toEqual(args.map(([table, item]) => `[${table},${item}]`))
          await caller.close()
        }
      )
    )
  })
})
