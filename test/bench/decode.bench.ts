import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { chunkFormatOf } from '../../api/decode/chunk-format.ts'
import { chunkRows } from '../../api/decode/chunk-rows.ts'
import { memorySource } from '../support/memory-source.ts'

/**
 * Rows a second of each decoder, one process, 12 columns, as chunks lie in S3: `node test/bench/decode.bench.ts
 * [rows]`. The first round warms up and is printed too.
 */
const rows = Number(process.argv[2] ?? 300_000)
const folder = mkdtempSync(join(tmpdir(), 'decode-bench-'))
const query = `select i as id, (i * 1.25)::decimal(12,2) as amount, (i * 100000000000000000000::hugeint)::decimal(38,0) as wide,
  'name of customer ' || i as name, case i % 3 when 0 then 'SFO' when 1 then 'LAX' else 'JFK' end as origin,
  date '2001-01-01' + (i % 365)::int as day, timestamp '2001-01-01 00:00:00' + interval (i) second as at,
  i % 2 = 0 as flag, case when i % 5 = 0 then null else i % 200 end as delay, i / 7.0 as ratio,
  'some text, that holds a comma' as note, 'ü' || (i % 1000) as city from range(${rows}) t(i)`
const chunks = {
  'rows.ndjson.gz': '(format json, compression gzip)',
  'plain.csv.gz': '(format csv, header, compression gzip)',
  'quoted.csv.gz': '(format csv, header, force_quote *, compression gzip)',
  'rows.ndjson': '(format json)',
  'rows.parquet': '(format parquet, compression snappy, row_group_size 60000)'
}

const connection = await (await DuckDBInstance.create(':memory:')).connect()
try {
  for (const [name, how] of Object.entries(chunks)) {
    await connection.run(`copy (${query}) to '${join(folder, name)}' ${how}`)
    const source = memorySource(readFileSync(join(folder, name)))
    for (let round = 0; round < 3; round += 1) {
      const [started, cpu] = [performance.now(), process.cpuUsage()]
      let read = 0
      for await (const page of chunkRows(source, chunkFormatOf(name))) read += page.length
      const seconds = (performance.now() - started) / 1000
      const used = process.cpuUsage(cpu)
      const cpuSeconds = (used.user + used.system) / 1e6
      if (read !== rows) throw new Error(`${name}: ${read} rows of ${rows}`)
      console.log(
        `${name.padEnd(16)} ${Math.round(rows / seconds).toLocaleString('en')} rows/s,`,
        `${((cpuSeconds / rows) * 1e6).toFixed(2)} CPU s per million rows`
      )
    }
  }
} finally {
  connection.disconnectSync()
  rmSync(folder, { recursive: true })
}
