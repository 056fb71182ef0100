import type { FlightFormat } from '../support/flights.ts'
import { loadFlights } from '../support/load-flights.ts'
import { printNullLoad } from '../support/print-null-load.ts'

// Real flights through the whole bulk path into an endpoint that only counts: every row accounted for, and what a
// row costs. Arguments: rows (3,000,000 unless told), workers in the one process (4), formats (all three).

const [rows = '3000000', workers = '4', ...named] = process.argv.slice(2)
/** Makes chunks of 10-16 MB. */
const rowsPerChunk = 1_000_000
const formats: readonly FlightFormat[] = ['ndjson.gz', 'csv.gz', 'parquet']
let isTrue = true
for (const format of formats)
  if (named.length === 0 || named.includes(format)) {
    const loaded = await loadFlights(format, Number(rows), rowsPerChunk, Number(workers))
    isTrue = printNullLoad(format, Number(rows), loaded) && isTrue
  }
process.exit(isTrue ? 0 : 1)
