import { expect, it, vi } from 'vitest'
import { receiveBatch } from '../../api/receive/receive-batch.ts'
import { systemClock } from '../../api/runtime/system-clock.ts'
import type { AnswerOnce } from '../../api/spill/answer-once.ts'
import { backoffPace } from '../../api/write/pace.ts'
import { tableSchemas } from '../../api/write/table-schemas.ts'
import { headersOf } from '../support/once-world.ts'

import { scriptedPort } from '../support/scripted-port.ts'
import { virtualClock } from '../support/virtual-clock.ts'

it('has the table of a batch looked up while it is claimed, for a cold process does not know it', async () => {
  const asked: string[] = []
  const find = async (table: string) => {
    asked.push(table)
    return { kind: 'unknown' } as const
  }
  const writer = {
    port: scriptedPort(virtualClock()),
    schemas: { known: () => undefined, find, lookAgain: find },
    clock: systemClock
  }
  const claiming = Promise.withResolvers<never>()
  const receive = receiveBatch(writer, () => claiming.promise, '/push')
  const deadline = new AbortController().signal
  const outcome = receive(
    Buffer.from('{"data":[[0,"orders",{"id":"a"}]]}'),
    headersOf('b-1'),
    () => true,
    deadline
  )

  expect(asked).toEqual(['orders'])
  claiming.reject(new Error('the test is over'))
  await expect(outcome).rejects.toThrow('the test is over')
})

it.each(['ResourceNotFoundException', 'AccessDeniedException'])(
  'asks once a batch for a table that is not told of: %s',
  async (name) => {
    const clock = virtualClock()
    const send = vi.fn(async () => {
      throw Object.assign(new Error('no'), { name, $metadata: { httpStatusCode: 400 } })
    })
    const writer = { port: scriptedPort(clock), schemas: tableSchemas({ send } as never, clock), clock }
    // The look has ended when the claim is there.
    const once: AnswerOnce = async (_batch, attempt) => {
      await clock.sleep(100)
      const { results, counts } = await attempt(() => backoffPace(clock), 'new')
      return { results: [...results.values()], counts, isRepeat: false }
    }
    const receive = receiveBatch(writer, once, '/push')
    for (let batch = 1; batch <= 5; batch += 1) {
      const body = Buffer.from('{"data":[[0,"orders",{"id":"a"}]]}')
      const { results } = await receive(body, headersOf(`b-${batch}`), () => true, clock.deadline(20_000))
      expect(results).toHaveLength(1)
      expect(send).toHaveBeenCalledTimes(batch)
    }
  }
)
