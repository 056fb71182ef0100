import type { NullLoad } from './load-into-null.ts'

/** Prints what a load cost, one line. @returns whether every row that was sent is accounted for */
export const printNullLoad = (what: string, rows: number, loaded: NullLoad): boolean => {
  const { status, seconds, cpuSeconds, peakMB, chunkMB, counted, repeated } = loaded
  const { expected, read, written } = status.rows
  const isWhole =
    status.state === 'complete' && [expected, read, written, counted].every((count) => count === rows)
  process.stdout.write(
    `${what.padEnd(10)} ${rows} rows · ${status.chunks.total} chunks to ${chunkMB.toFixed(1)} MB · ` +
      `${Math.round(rows / seconds)} rows/s · ${((cpuSeconds / rows) * 1e6).toFixed(1)} CPU s per million rows · ` +
      `peak ${Math.round(peakMB)} MB · ${isWhole ? `every row accounted for, ${repeated} sent again` : `WRONG: ${JSON.stringify(status)}`}\n`
  )
  return isWhole
}
