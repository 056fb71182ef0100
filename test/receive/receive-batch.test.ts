import { expect, it } from 'vitest'
import { receiveBatch } from '../../api/receive/receive-batch.ts'
import { systemClock } from '../../api/runtime/system-clock.ts'
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
