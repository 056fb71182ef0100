import type { FlightFormat } from '../support/flights.ts'
import { loadFlights } from '../support/load-flights.ts'

// Real flights through the whole bulk path into an endpoint that only counts: every row accounted for, and what a
// row costs. Arguments: rows (3,000,000 unless told), workers in the one process (4).

const [rows = 3_000_000, workers = 4] = process.argv.slice(2).map(Number)
/** Chunks of 10-16 MB each. */
const chunkRows: Readonly<Record<FlightFormat, number>> = {
  'ndjson.gz': 1_000_000,
  'csv.gz': 1_000_000,
  parquet: 1_000_000
}
let isTrue = true
for (const format of ['ndjson.gz', 'csv.gz', 'parquet'] as const) {
  const loaded = await loadFlights(format, rows, chunkRows[format], workers)
  const { status, seconds, cpuSeconds, peakMB, chunkMB, counted } = loaded
  const isWhole = status.state === 'complete' && status.rows.written === rows && counted === rows
  isTrue &&= isWhole
  process.stdout.write(
    `${format.padEnd(10)} ${status.chunks.total} chunks to ${chunkMB.toFixed(1)} MB · ` +
      `${Math.round(rows / seconds)} rows/s · ${((cpuSeconds / rows) * 1e6).toFixed(1)} CPU s per million rows · ` +
      `peak ${Math.round(peakMB)} MB · ${isWhole ? 'every row accounted for' : `WRONG: ${JSON.stringify(status)}`}\n`
  )
}
process.exit(isTrue ? 0 : 1)
