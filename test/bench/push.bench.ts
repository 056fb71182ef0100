import { openService } from '../../api/local/open-service.ts'
import { readTableSpec } from '../../api/local/table-spec.ts'
import { readConfig } from '../../api/runtime/config.ts'
import type { LogLine } from '../../api/runtime/log.ts'

// Rows a second and calls of put, update and versioned put, through HTTP into the embedded DynamoDB, which is the
// slower part. Prints figures and judges nothing: `node test/bench/push.bench.ts [rows]`.

const rowCount = Number(process.argv[2] ?? 20_000)
const batchRows = 500
const batchesAtOnce = 8

const lines: LogLine[] = []
const service = await openService({
  config: readConfig({}),
  port: 0,
  dynamodbPort: 0,
  tables: ['put', 'update', 'version'].map((name) => readTableSpec(`bench_${name}=id:S`)),
  log: (line) => lines.push(line)
})

const push = async (table: string, first: number, options: string): Promise<void> => {
  const rows = Array.from({ length: batchRows }, (_, n) => {
    const id = first + n
    const item = `{"id":"customer-${id}","v":${id},"a":1.5,"b":"text of some length","c":true,"d":null,"e":[1,2],"f":{"g":"h"}}`
    return `[${n},"${table}",${item},${options}]`
  })
  const reply = await fetch(`${service.url}/push`, { method: 'POST', body: `{"data":[${rows.join()}]}` })
  const text = await reply.text()
  const written = text.match(/"written"/g)?.length ?? 0
  if (written !== batchRows) throw new Error(`only ${written} of ${batchRows} rows of ${table} were written`)
}

for (const [name, options] of [
  ['put', '{}'],
  ['update', '{"mode":"update"}'],
  ['version', '{"version":"v"}']
] as const) {
  lines.length = 0
  const startMs = performance.now()
  const cpu = process.cpuUsage()
  const starts = Array.from({ length: rowCount / batchRows }, (_, n) => n * batchRows)
  const lane = async (): Promise<void> => {
    for (let first = starts.pop(); first !== undefined; first = starts.pop())
      await push(`bench_${name}`, first, options)
  }
  await Promise.all(Array.from({ length: batchesAtOnce }, lane))
  const seconds = (performance.now() - startMs) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const calls = lines.reduce((sum, { calls: made = 0 }) => sum + Number(made), 0)
  const rate = Math.round(rowCount / seconds).toLocaleString('en')
  process.stdout.write(
    `${name.padEnd(8)} ${rowCount} rows  ${calls} calls  ${rate} rows/s  ${((user + system) / 1e6).toFixed(1)} s CPU\n`
  )
}
await service.close(0)
