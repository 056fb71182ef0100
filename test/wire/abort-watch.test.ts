import { getEventListeners } from 'node:events'
import { expect, it } from 'vitest'
import { abortWatch } from '../../api/wire/abort-watch.ts'

it('strikes every call that is in, and none that has left', () => {
  const watch = abortWatch()
  const struck: string[] = []
  const { signal, abort } = controlled()
  const [a, b, c] = ['a', 'b', 'c'].map((name) => () => void struck.push(name)) as [
    () => void,
    () => void,
    () => void
  ]
  for (const strike of [a, b, c]) watch.enter(signal, strike)
  watch.leave(signal, b)
  expect(getEventListeners(signal, 'abort')).toHaveLength(1)

  abort()

  expect(struck).toEqual(['a', 'c'])
  watch.leave(signal, a)
})

it('leaves no listener on a signal whose calls are over, and watches it again', () => {
  const watch = abortWatch()
  const { signal, abort } = controlled()
  let strikes = 0
  const strike = (): void => {
    strikes += 1
  }
  watch.enter(signal, strike)
  watch.leave(signal, strike)
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)

  watch.enter(signal, strike)
  abort()
  expect(strikes).toBe(1)
})

const controlled = () => {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort() }
}
