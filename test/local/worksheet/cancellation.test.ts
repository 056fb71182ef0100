import { describe, expect, it } from 'vitest'
import { cancellation } from '../../../api/local/worksheet/cancellation.ts'
import { openEngine } from '../../../api/local/worksheet/engine.ts'

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

  it('says so as well where only its columns were asked for', async () => {
    const engine = await openEngine(1)
    try {
      engine.cancelOn(AbortSignal.abort())
      await expect(engine.describe('SELECT 1 AS a')).rejects.toThrow('SQL execution canceled')
      expect(await engine.describe('SELECT 1 AS a')).toEqual([{ name: 'a', type: 'INTEGER' }])
    } finally {
      engine.close()
    }
  })
})
