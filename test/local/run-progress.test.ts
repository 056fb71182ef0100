import { describe, expect, it } from 'vitest'
import { noRun } from '../../api/load/start-load.ts'
import { showProgress } from '../../api/local/run-progress.ts'

const status = {
  ...noRun('r1', 'orders', 'complete', []),
  chunks: { total: 4, settled: 2, failed: 0 },
  rows: { ...noRun('r1', 'orders', 'complete', []).rows, read: 12_345 }
}
const shown = (isTTY: boolean): string => {
  let text = ''
  const screen = {
    isTTY,
    write(piece: string) {
      text += piece
    }
  }
  showProgress(screen, async () => undefined).stop(status)
  return text
}

describe('the progress of a run', () => {
  it('is a bar on a terminal, written over the line before', () => {
    expect(shown(true)).toContain(
      `\r\u001b[2K${'█'.repeat(10)}${'░'.repeat(10)} 12,345 rows, 2 of 4 chunks, `
    )
  })

  it('is a plain line where it is piped', () => {
    expect(shown(false)).toMatch(/^12,345 rows, 2 of 4 chunks, [\d,]+ rows\/s, 0 throttles, complete\n$/)
  })
})
