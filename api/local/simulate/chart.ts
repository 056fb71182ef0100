const bars = ' ▁▂▃▄▅▆▇█'
const mostColumns = 100

/** Rows a second over time, as lines of blocks for a terminal. @param lines how high, 8 steps a line */
export const chart = (perSecond: readonly number[], top: number, lines = 6): string => {
  const perColumn = Math.max(1, Math.ceil(perSecond.length / mostColumns))
  const columns: number[] = []
  for (let at = 0; at < perSecond.length; at += perColumn) {
    const part = perSecond.slice(at, at + perColumn)
    columns.push(part.reduce((sum, rows) => sum + rows, 0) / part.length)
  }
  const highest = Math.max(top, ...columns, 1)
  const drawn: string[] = []
  for (let line = lines - 1; line >= 0; line -= 1) {
    const label = line === lines - 1 ? String(Math.round(highest)) : line === 0 ? '0' : ''
    const cells = columns.map((rows) => {
      const steps = Math.round((rows / highest) * lines * 8) - line * 8
      return bars[Math.max(0, Math.min(8, steps))]
    })
    drawn.push(`${label.padStart(8)} │${cells.join('')}`)
  }
  return [...drawn, `${' '.repeat(8)} └${'─'.repeat(columns.length)} ${perSecond.length} s`].join('\n')
}
