import { describe, expect, it } from 'vitest'
import { cancellation } from '../../../api/local/worksheet/cancellation.ts'

describe('a cancelled statement', () => {
  it('that was only beginning, and did not hear, is told again', async () => {
    let told = 0
    let end = (_: Error): void => {}
    const { guard, cancelOn } = cancellation(() => {
      told += 1
      if (told === 2) end(new Error('interrupted'))
    })
    const stop = new AbortController()
    cancelOn(stop.signal)
    const running = guard(
      () =>
        new Promise((_, reject) => {
          end = reject
        })
    )
    stop.abort()
    await expect(running).rejects.toThrow('SQL execution canceled')
    // What clears up after it is left alone.
    expect(await guard(async () => 'rolled back')).toBe('rolled back')
    expect(told).toBe(2)
  })
})
