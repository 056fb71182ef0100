import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { loadInBulk } from './bulk-example.ts'
import type { ConnectedWorksheet } from './open-worksheet.ts'
import { packageRoot } from './package-root.ts'
import { runSql } from './run-sql.ts'
import type { Worksheet } from './worksheet/worksheet.ts'

const flightRows = 6_000
const runExampleSql = async (worksheet: Worksheet, name: string): Promise<void> => {
  const sql = await readFile(new URL(`sql/examples/${name}`, packageRoot), 'utf8')
  await runSql(
    worksheet,
    { name: `sql/examples/${name}`, sql },
    { format: 'table', mostRows: Number.POSITIVE_INFINITY },
    { before: ({ sql: text }) => `${text.trim()};\n` }
  )
}

/** 3 million real flights come with a package; the first of them are the example's source, and come with ours. */
const flightsPath = ['.build/dist/flights.parquet', 'node_modules/vega-datasets/data/flights-3m.parquet']
  .map((path) => fileURLToPath(new URL(path, packageRoot)))
  .find(existsSync)

/** Shows the way of rows from SQL into DynamoDB and back, on generated and on real ones. */
export const runExample = async (connected: ConnectedWorksheet): Promise<void> => {
  const { worksheet } = connected
  const service = await connected.service()
  const say = (text: string): void => void process.stdout.write(`${text}\n`)
  say(
    `The API listens at ${service.url}, DynamoDB at ${service.dynamodbEndpoint}; both end with this program.`
  )

  say('\n-- 1. The savings alert (sql/examples/savings_alert.sql)\n')
  await runExampleSql(worksheet, 'savings_alert.sql')

  say(`\n-- 2. ${flightRows.toLocaleString('en')} real flights (sql/examples/flights.sql)\n`)
  if (flightsPath === undefined) throw new Error('the flights of the example are missing: install again')
  await worksheet.loadParquet('flights_source', flightsPath, flightsQuery)
  const startMs = performance.now()
  await runExampleSql(worksheet, 'flights.sql')
  const seconds = (performance.now() - startMs) / 1000
  say(
    `\n${flightRows.toLocaleString('en')} flights pushed, answered and read back in ${seconds.toFixed(1)} s: ${Math.round(flightRows / seconds).toLocaleString('en')} rows a second.`
  )

  say(
    '\n-- 3. The same flights in bulk: chunks and a manifest in a bucket, loaded by workers with a ledger\n'
  )
  const status = await loadInBulk(connected, 'flights', unloadQuery)
  const { state, chunks, rows: loaded, seconds: loadSeconds } = status
  say(
    `The run is ${state}: ${chunks.settled} of ${chunks.total} chunks, ${loaded.written} of ${loaded.expected} rows written ` +
      `in ${loadSeconds} s. Your own files: npm run load -- --table flights=id:S path/to/chunks`
  )
}

/** The same flights as COPY INTO @stage would write them. */
const unloadQuery = `
  select object_construct('id', flight_id, 'departs', to_char(departs, 'YYYY-MM-DD HH24:MI:SS'),
    'delay_minutes', delay, 'origin', origin, 'destination', destination) as item
  from flights_source`

/** A hash of all that tells two flights apart, and of how many like it came before, is the key. */
const flightsQuery = `
  SELECT
    md5(concat_ws('|', date, origin, destination, distance, delay, row_number() OVER (
      PARTITION BY date, origin, destination, distance, delay))) AS flight_id,
    date AS departs, delay, distance, origin, destination
  FROM (SELECT * FROM source LIMIT ${flightRows})`
