import { type AskedRow, readRow } from '../../api/batch/read-row.ts'
import { decodeBatch } from '../../api/decode/batch.ts'
import { planWrites } from '../../api/plan/plan-writes.ts'
import { Flaw } from '../../api/plan/row-result.ts'
import { wireOf } from '../../api/plan/wire.ts'
import { context, tableOf } from '../support/rows.ts'
import { leanBody } from './lean-rows.ts'

/** CPU a row from Snowflake's body to planned writes: `node test/bench/plan.bench.ts [rows] [options]`. */
const rows = Number(process.argv[2] ?? 200_000)
const options = process.argv[3] ?? ''
const bodies = Array.from({ length: Math.ceil(rows / 500) }, (_, n) =>
  leanBody(n * 500, n * 500 + 500, 'orders', options)
)
const table = tableOf({ id: 'S' })

for (let round = 0; round < 5; round += 1) {
  const cpu = process.cpuUsage()
  let planned = 0
  let bytes = 0
  for (const body of bodies) {
    const read = readRow(() => true)
    const asked = decodeBatch(body, { least: 2, most: 3 })
      .map((row, n) => read(row, n))
      .filter((row): row is AskedRow => !(row instanceof Flaw))
    const { plain, chains } = planWrites(asked, table, context)
    planned += plain.length + chains.length
    for (const write of plain) {
      const wire = wireOf(write)
      bytes += wire.end - wire.start
    }
  }
  const { user, system } = process.cpuUsage(cpu)
  console.log(
    `${((user + system) / planned).toFixed(2)} µs a row, ${planned} rows, ${bytes} bytes on the wire, ` +
      `${Math.round(process.memoryUsage().rss / 1e6)} MB`
  )
}
