import { loadIntoNull } from '../support/load-into-null.ts'
import { printNullLoad } from '../support/print-null-load.ts'
import { unloadWideRows } from '../support/wide-rows.ts'

// One chunk of 10 MB and one of 1 GB, of rows that gzip cannot make smaller: a worker takes the same memory for both.
// Arguments: formats (both).

const named = process.argv.slice(2)
/** More than this is growth with the input, less is when the collector came by. */
const mostDifferenceMB = 48

let isTrue = true
for (const format of ['ndjson.gz', 'csv.gz'] as const) {
  if (named.length > 0 && !named.includes(format)) continue
  const peaks: number[] = []
  for (const rows of [2_000, 200_000]) {
    const loaded = await loadIntoNull(unloadWideRows(format, rows))
    isTrue = printNullLoad(format, rows, loaded) && isTrue
    peaks.push(loaded.peakMB)
  }
  const [small = 0, large = 0] = peaks
  if (large < 256 && large - small < mostDifferenceMB) continue
  process.stdout.write(`WRONG: ${large.toFixed(0)} MB for 1 GB, ${small.toFixed(0)} MB for 10 MB\n`)
  isTrue = false
}
process.exit(isTrue ? 0 : 1)
