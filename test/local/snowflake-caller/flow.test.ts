import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { flow } from '../../../api/local/snowflake-caller/flow.ts'

/** Exchanges of which the test decides when and how each ends, oldest first. */
const openExchanges = (most: number) => {
  const through = flow(most)
  const open: Array<(status: number) => void> = []
  const exchange = () =>
    new Promise<{ status: number; headers: object; body: Uint8Array }>((resolve) => {
      open.push((status) => resolve({ status, headers: {}, body: new Uint8Array() }))
    })
  return {
    ask: (count: number) => {
      for (let n = 0; n < count; n += 1)
        void through.run(async () => ({ ...(await exchange()), headers: {} }))
      return turn()
    },
    end: (status: number, count = 1) => {
      for (const end of open.splice(0, count)) end(status)
      return turn()
    },
    running: () => open.length
  }
}

describe('the number of exchanges at once', () => {
  it('is what the caller allows', async () => {
    const service = openExchanges(8)
    await service.ask(20)

    expect(service.running()).toBe(8)
  })

  it('is halved by a 429', async () => {
    const service = openExchanges(8)
    await service.ask(20)
    await service.end(429)
    await service.end(500, 7)

    expect(service.running()).toBe(4)
  })

  it('is halved once by all the 429s to what was sent together', async () => {
    const service = openExchanges(8)
    await service.ask(20)
    await service.end(429, 8)

    expect(service.running()).toBe(4)
  })

  it('is halved again when the smaller number is too much as well, down to one', async () => {
    const service = openExchanges(8)
    await service.ask(40)
    const after: number[] = []
    for (const running of [8, 4, 2, 1]) {
      await service.end(429, running)
      after.push(service.running())
    }

    expect(after).toEqual([4, 2, 1, 1])
  })

  it.each([200, 202])('grows again with each %s, up to what the caller allows', async (status) => {
    const service = openExchanges(4)
    await service.ask(60)
    await service.end(429, 4)
    const after = [service.running()]
    for (let n = 0; n < 4; n += 1) {
      await service.end(status)
      after.push(service.running())
    }

    expect(after).toEqual([2, 3, 4, 4, 4])
  })

  it('stays as it is after other answers', async () => {
    const service = openExchanges(4)
    await service.ask(60)
    await service.end(429, 4)
    await service.end(503, 2)

    expect(service.running()).toBe(2)
  })

  it('gives a place back when an exchange breaks', async () => {
    const through = flow(1)
    await expect(through.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')

    const reply = { status: 200, headers: {}, body: new Uint8Array() }
    expect(await through.run(async () => reply)).toBe(reply)
  })
})
