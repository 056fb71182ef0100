import fc from 'fast-check'
import { compareRoads, damage, sentRow, takenWrongly } from '../support/two-roads.ts'

// Random rows by both roads, as JSON that was looked at and JSON that was not, as cells of Parquet and as cells of CSV:
// the same bytes on the wire, the same sizes, keys, versions and rejects. And their texts once more, each damaged in some
// place: taken for a row is what is JSON. Arguments: rows (100,000 unless told), seed of the first thousand.

const [rows = '100000', seed = String(Date.now() % 1_000_000)] = process.argv.slice(2)
const perSeed = 1_000
let lean = 0
let damagedTaken = 0
let compared = 0
for (let n = 0; compared < Number(rows); n += 1) {
  for (const [row, damaged] of fc.sample(fc.tuple(sentRow, damage), {
    numRuns: perSeed,
    seed: Number(seed) + n
  })) {
    const { lean: forms, difference: ofRoads } = compareRoads(row)
    const { isTaken, difference: ofDamage } = takenWrongly(damaged(row.text), row)
    const difference = ofRoads ?? ofDamage
    lean += forms
    damagedTaken += isTaken ? 1 : 0
    compared += 1
    if (difference === undefined) continue
    console.error(`seed ${Number(seed) + n}: the roads differ`, difference)
    process.exit(1)
  }
}
console.log(
  `${compared.toLocaleString('en')} rows in four forms, ${lean.toLocaleString('en')} of them read straight, ` +
    `${damagedTaken.toLocaleString('en')} of the damaged ones taken, no difference (seed ${seed})`
)
process.exit(lean > compared / 10 ? 0 : 1)
