import fc from 'fast-check'
import { compareRoads, sentRow } from '../support/two-roads.ts'

// Random rows by both roads, as JSON, as cells of Parquet and as cells of CSV: the same bytes on the wire, the same
// sizes, keys, versions and rejects. Arguments: rows (100,000 unless told), seed of the first thousand.

const [rows = '100000', seed = String(Date.now() % 1_000_000)] = process.argv.slice(2)
const perSeed = 1_000
let lean = 0
let compared = 0
for (let n = 0; compared < Number(rows); n += 1) {
  for (const row of fc.sample(sentRow, { numRuns: perSeed, seed: Number(seed) + n })) {
    const { lean: forms, difference } = compareRoads(row)
    lean += forms
    compared += 1
    if (difference === undefined) continue
    console.error(`seed ${Number(seed) + n}: the roads differ`, difference)
    process.exit(1)
  }
}
console.log(
  `${compared.toLocaleString('en')} rows in three forms, ${lean.toLocaleString('en')} of them read straight, ` +
    `no difference (seed ${seed})`
)
process.exit(lean > compared / 10 ? 0 : 1)
