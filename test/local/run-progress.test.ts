import { describe, expect, it } from 'vitest'
import { noRun } from '../../api/load/start-load.ts'
import type { RunLook } from '../../api/local/run-look.ts'
import { progressText, showProgress } from '../../api/local/run-progress.ts'

const none = noRun('r1', 'orders', 'complete', [])
const lookOf = (
  rows: Partial<typeof none.rows>,
  done: number,
  state: typeof none.state = 'running'
): RunLook => ({
  status: { ...none, state, chunks: { total: 4, settled: 2, failed: 0 }, rows: { ...none.rows, ...rows } },
  bytes: { done, total: 40_000_000 }
})
const shown = (isTTY: boolean): string => {
  let text = ''
  const screen = {
    isTTY,
    write(piece: string) {
      text += piece
    }
  }
  showProgress(screen, async () => undefined).stop(lookOf({ read: 12_345 }, 20_000_000, 'complete'))
  return text
}

describe('the progress of a run', () => {
  it('is a bar on a terminal, by bytes, written over the line before', () => {
    expect(shown(true)).toContain(
      `\r\u001b[2K${'█'.repeat(10)}${'░'.repeat(10)}  50 % 12,345 rows, 20.0 of 40.0 MB, 2 of 4 chunks, `
    )
  })

  it('is a plain line where it is piped', () => {
    expect(shown(false)).toMatch(
      /^12,345 rows, 20\.0 of 40\.0 MB, 2 of 4 chunks, [\d,]+ rows\/s, complete\n$/
    )
  })

  it('tells the pace and the time left of what this command did, not of what another had done before it', () => {
    const before = lookOf({ read: 1_000, written: 1_000 }, 10_000_000)
    expect(progressText(lookOf({ read: 3_000, written: 3_000 }, 20_000_000), before, 10)).toContain(
      '200 rows/s, 0:20 left'
    )
    expect(progressText(lookOf({ read: 3_000, written: 3_000 }, 20_000_000), undefined, 10)).toContain(
      '300 rows/s, 0:10 left'
    )
  })

  it('counts the rows that a redrive brings to their end', () => {
    const before = lookOf({ read: 100, written: 50, rejected: 50 }, 0)
    expect(progressText(lookOf({ read: 100, written: 90, rejected: 10 }, 1), before, 4)).toContain(
      '10 rows/s'
    )
  })
})
