import { describe, expect, it } from 'vitest'
import { loadBatch } from '../../api/load/load-batch.ts'
import { type LoadMessage, MessageFailed } from '../../api/load/loader.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const delivery = { id: 'm', body: 'b', receiveCount: 1, receipt: 'r-1', waitedMs: 0 }

/** Works on one message; gives what was hidden for how long, and when. */
const visit = async (load: LoadMessage, receiveCount = 1, refuses = false) => {
  const clock = virtualClock()
  const startMs = clock.now()
  const hidden: Array<readonly [atMs: number, receipt: string, seconds: number]> = []
  const queue = {
    async hide(receipt: string, seconds: number) {
      hidden.push([clock.now() - startMs, receipt, seconds])
      if (refuses) throw new Error('ReceiptHandleIsInvalid')
    }
  }
  const all = loadBatch({ load: (...given) => load(...given), clock, log: () => {} })
  const failed = await all(queue, [{ ...delivery, receiveCount }], 300_000)
  return { hidden, failed, clock }
}

describe('a message that is worked on', () => {
  it('is hidden for a lease as the first act, and again every 20 s until the work ends', async () => {
    const clock = virtualClock()
    const hidden: number[] = []
    const startMs = clock.now()
    const queue = {
      hide: async (_: string, seconds: number) => {
        expect(seconds).toBe(60)
        hidden.push(clock.now() - startMs)
      }
    }
    const load: LoadMessage = async () => {
      expect(hidden).toEqual([0])
      await clock.sleep(65_000)
    }
    await loadBatch({ load, clock, log: () => {} })(queue, [delivery], 300_000)

    expect(hidden).toEqual([0, 20_000, 40_000, 60_000])
  })

  it('comes back later each time that it fails, so that a passing fault ends in no dead letter', async () => {
    const fails = async () => {
      throw new Error('the ledger is out of reach')
    }
    const waits = []
    for (const receiveCount of [1, 2, 3, 4, 5]) {
      const { hidden, failed } = await visit(fails, receiveCount)
      expect(failed).toEqual(['m'])
      waits.push(hidden.at(-1)?.[2])
    }

    expect(waits).toEqual([60, 120, 240, 480, 900])
  })

  it('comes back at once when waiting cannot help, so that it is soon among the dead letters', async () => {
    const { hidden } = await visit(async () => {
      throw new MessageFailed('the message is none of ours')
    })
    expect(hidden.at(-1)?.[2]).toBe(0)
  })

  it('is worked on all the same when the queue does not know it any more', async () => {
    const { failed } = await visit(async () => {}, 1, true)
    expect(failed).toEqual([])
  })
})
