import { createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { loadIntoNull } from '../support/load-into-null.ts'
import { leanRow } from './lean-rows.ts'

/** Rows a CPU second of the loader's worker process: `node test/bench/loader.bench.ts ndjson|csv|parquet [rows]`. */
const [, , format = 'ndjson', count = '200000'] = process.argv
const rows = Number(count)

const unload = async (folder: string) => {
  const name = `data_0_0_0.${format}`
  const lines = join(folder, '..', 'lines.ndjson')
  const file = createWriteStream(format === 'ndjson' ? join(folder, name) : lines)
  for (let n = 0; n < rows; n += 500) {
    let text = ''
    for (let m = n; m < Math.min(rows, n + 500); m += 1) text += `${leanRow(m)}\n`
    if (!file.write(text)) await new Promise((resolve) => file.once('drain', () => resolve(undefined)))
  }
  await new Promise((resolve) => file.end(() => resolve(undefined)))
  if (format !== 'ndjson') {
    const connection = await (await DuckDBInstance.create(':memory:')).connect()
    const how =
      format === 'csv' ? '(format csv, header)' : '(format parquet, compression snappy, row_group_size 60000)'
    await connection.run(
      `copy (select * from read_json('${lines}', format='newline_delimited')) to '${join(folder, name)}' ${how}`
    )
    connection.disconnectSync()
    await writeFile(lines, '')
  }
  return [{ name, rows }]
}

const { status, cpuSeconds, peakMB, counted, chunkMB } = await loadIntoNull(unload, 1)
console.log(
  `${format}: ${Math.round(rows / cpuSeconds).toLocaleString('en')} rows a CPU second, ${((cpuSeconds / rows) * 1e6).toFixed(1)} µs a row, ` +
    `${counted} counted, ${status.rows.written} written, chunk ${chunkMB.toFixed(0)} MB, peak ${peakMB.toFixed(0)} MB`,
  status.errors
)
process.exit(0)
